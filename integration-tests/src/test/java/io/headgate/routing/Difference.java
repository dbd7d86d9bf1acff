package io.headgate.routing;

import io.headgate.differential.Field;
import io.headgate.routing.Table.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/**
 * Where Headgate routes otherwise than Envoy on purpose. At most ten; one that no probe shows, or a
 * difference that none of these explains, fails the test.
 */
enum Difference {
  PLAIN_COPIES(
      "a mirror is sent what the backend is sent; Envoy's client for copies adds its own address to"
          + " X-Forwarded-For, and counts attempts") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      boolean counted =
          !headgate.contains(COPY + "x-envoy-attempt-count: 1")
              && envoy.remove(COPY + "x-envoy-attempt-count: 1");
      return change(
              envoy,
              COPY + "x-forwarded-for: ",
              list -> list.substring(0, Math.max(0, list.lastIndexOf(','))))
          || counted;
    }
  },
  LOOPBACK_CLIENT(
      "a client on loopback is named by its own address; Envoy names it by the node's address") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      return probe.table().profile() == Profile.EDGE
          && change(
              envoy,
              "[a-z0-9]+> x-forwarded-for: ",
              list -> list.replaceFirst("(?!127\\.)[0-9.]+$", "127.0.0.1"));
    }
  },
  EDGE_CLAIMS(
      "a listener that uses the remote address drops what clients claim of the way before it, such"
          + " as X-Forwarded-Host") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      List<String> claims = Field.values(probe.fields(), "x-forwarded-host").toList();
      return probe.table().profile() == Profile.EDGE
          && change(
              envoy,
              "[a-z0-9]+> x-forwarded-host: ",
              list ->
                  String.join(
                      ",",
                      Arrays.stream(list.split(",", -1))
                          .filter(host -> !claims.contains(host))
                          .toList()));
    }
  },
  HEAD_WITHOUT_FRAMING(
      "an answer to HEAD carries the origin's content-length or none; Envoy adds"
          + " transfer-encoding") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      return probe.method().equals("HEAD")
          && !headgate.contains("< transfer-encoding: chunked")
          && envoy.remove("< transfer-encoding: chunked");
    }
  },
  PATH_AS_ASKED(
      "headers of a redirect that are made of the path show what was asked for; Envoy shows where"
          + " it leads") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      if (headgate.stream().noneMatch(fact -> fact.startsWith("< location: "))
          || headgate.stream().anyMatch(fact -> fact.matches("[a-z0-9]+> .*"))) {
        return false;
      }
      List<String> next =
          envoy.stream()
              .map(fact -> {
                String asked = fact.replaceFirst("^(< [^:]+: )/.*", "$1") + probe.target();
                return !headgate.contains(fact) && headgate.contains(asked) ? asked : fact;
              })
              .toList();
      return replace(envoy, next);
    }
  },
  ORIGINAL_HOST(
      "a retry names in x-envoy-original-host what the client asked for; Envoy names the host of"
          + " the try before") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      String host =
          Matcher.quoteReplacement(Field.values(probe.fields(), "host").findFirst().orElseThrow());
      List<String> next =
          envoy.stream()
              .map(fact -> {
                String asked =
                    fact.replaceFirst(
                        "^([a-z0-9]+)(> x-envoy-original-host: )\\1\\.internal$", "$1$2" + host);
                return !headgate.contains(fact) && headgate.contains(asked) ? asked : fact;
              })
              .toList();
      return replace(envoy, next);
    }
  },
  NO_CONTENT("204 has no body and no length (RFC 9110 §8.6); Envoy sends those of its config") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      return headgate.contains("status 204")
          && headgate.stream().noneMatch(fact -> fact.startsWith("< content-length: "))
          && envoy.removeIf(fact -> fact.startsWith("< content-length: "));
    }
  },
  FIELD_LINES_KEPT(
      "field lines of one name stay apart (RFC 9110 §5.3 allows both); Envoy joins those it"
          + " knows") {
    @Override
    boolean takeOut(Probe probe, List<String> headgate, List<String> envoy) {
      List<String> next = new ArrayList<>();
      Set<String> done = new HashSet<>();
      for (String fact : envoy) {
        String name = fact.matches("(<|[a-z0-9]+>) [^ ]+: (?s:.*)") ? start(fact) : fact;
        List<String> theirs = envoy.stream().filter(each -> each.startsWith(name)).toList();
        List<String> ours = headgate.stream().filter(each -> each.startsWith(name)).toList();
        if (ours.size() <= 1 || !values(name, ours).equals(values(name, theirs))) {
          next.add(fact);
        } else if (done.add(name)) {
          next.addAll(ours);
        }
      }
      return replace(envoy, next);
    }

    private static String start(String fact) {
      return fact.substring(0, fact.indexOf(": ") + 2);
    }

    private static List<String> values(String name, List<String> facts) {
      // Envoy joins nothing with what is empty.
      return facts.stream()
          .flatMap(each -> Arrays.stream(each.substring(name.length()).split(",", -1)))
          .filter(value -> !value.isEmpty())
          .toList();
    }
  };

  private static final String COPY = "mirror> ";
  private final String reason;

  Difference(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  /**
   * Takes this difference out of the facts of a probe.
   *
   * @return whether it was there
   */
  abstract boolean takeOut(Probe probe, List<String> headgate, List<String> envoy);

  /** Changes the values of facts that begin so; one that becomes empty is gone. */
  private static boolean change(List<String> facts, String start, UnaryOperator<String> change) {
    List<String> next = new ArrayList<>();
    for (String fact : facts) {
      if (!fact.matches(start + ".*")) {
        next.add(fact);
        continue;
      }
      int value = fact.indexOf(": ") + 2;
      String changed = change.apply(fact.substring(value));
      if (!changed.isEmpty()) {
        next.add(fact.substring(0, value) + changed);
      }
    }
    return replace(facts, next);
  }

  private static boolean replace(List<String> facts, List<String> by) {
    boolean same = facts.equals(by);
    List<String> next = new ArrayList<>(by);
    facts.clear();
    facts.addAll(next);
    return !same;
  }
}
