package io.headgate.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where Headgate behaves otherwise than Envoy on purpose. At most fifteen; one that no case shows,
 * or a difference that none of these explains, fails the test.
 */
enum Difference {
  LOOPBACK_CLIENT(
      "a client on loopback is named by its own address; Envoy names it by the node's address") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      List<String> changed =
          envoy.stream()
              .map(fact ->
                  fact.startsWith("> x-forwarded-for: ")
                      ? fact.replaceFirst("(?<=[ ,])(?!127\\.)[0-9.]+$", "127.0.0.1")
                      : fact)
              .toList();
      return headgate.stream().anyMatch(fact -> fact.matches("> x-forwarded-for: .*127.0.0.1"))
          && replace(envoy, changed);
    }
  },
  ANY_METHOD("a method is any token (RFC 9110 §9.1); Envoy answers 400 to those it does not know") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      boolean unknown = Set.of("get", "M-SEARCH").contains(of.method());
      if (!unknown || !envoy.contains("status 400") || headgate.equals(envoy)) {
        return false;
      }
      headgate.clear();
      envoy.clear();
      return true;
    }
  },
  EARLY_HINTS("informational answers reach the client (RFC 9110 §15.2); Envoy drops 103") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      return of.answer().interim() == 103
          && remove(headgate, "status 103"::equals)
          && remove(headgate, "< link: </style.css>"::equals)
          && remove(headgate, "< body "::equals);
    }
  },
  CONTINUE_FOR_A_READER(
      "100 is sent when something will read the body, also when it was asked for twice; Envoy sends"
          + " it before the route is known, and takes two for an unknown expectation") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      if (of.values("expect").size() > 1) {
        return !envoy.contains("status 100")
            && remove(headgate, "status 100"::equals)
            && remove(headgate, "< body "::equals);
      }
      return of.values("expect").contains("100-continue")
          && !headgate.contains("status 100")
          && remove(envoy, "status 100"::equals)
          && remove(envoy, "< body "::equals);
    }
  },
  NOMINATED_FIELDS(
      "fields that a response's Connection names are not passed on (RFC 9110 §7.6.1), as in"
          + " requests") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      return Field.values(of.answer().fields(), "connection").anyMatch("x-secret"::equals)
          && envoy.removeIf("< x-secret: s"::equals);
    }
  },
  EDGE_CLAIMS(
      "a listener that uses the remote address drops what clients claim of the way before it:"
          + " X-Forwarded-For, -Host and -Port, X-Real-IP, Forwarded") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      if (of.profile() != Case.Profile.EDGE) {
        return false;
      }
      boolean used =
          envoy.removeIf(
              fact -> fact.matches("> (x-forwarded-(port|host)|x-real-ip|forwarded): .*"));
      List<String> changed =
          envoy.stream().map(fact -> fact.replaceFirst("^(> x-forwarded-for: ).*,", "$1")).toList();
      return replace(envoy, changed) || used;
    }
  },
  HEAD_WITHOUT_FRAMING(
      "an answer to HEAD carries the origin's content-length or none; Envoy adds"
          + " transfer-encoding") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      return of.method().equals("HEAD")
          && !headgate.contains("< transfer-encoding: chunked")
          && remove(envoy, "< transfer-encoding: chunked"::equals);
    }
  },
  REQUEST_ID_KEPT(
      "an id that is to be preserved stays as it is; Envoy writes its sampling decision into"
          + " UUIDs") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      boolean used = false;
      for (String id : of.values("x-request-id")) {
        for (String direction : List.of("< ", "> ")) {
          String kept = direction + "x-request-id: " + id;
          if (headgate.contains(kept) && !envoy.contains(kept)) {
            used |= replace(envoy, swap(envoy, direction + "x-request-id: *", kept));
          }
        }
      }
      return used;
    }
  },
  ONLY_SLASHES("slashes merge to one also where there is nothing else; Envoy keeps two then") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      if (!of.target().matches("(http://[^/]*)?//+([?].*)?") || headgate.equals(envoy)) {
        return false;
      }
      headgate.clear();
      envoy.clear();
      return true;
    }
  },
  FIELD_LINES_KEPT(
      "field lines of one name stay apart (RFC 9110 §5.3 allows both); Envoy joins those it"
          + " knows") {
    @Override
    boolean takeOut(Case of, List<String> headgate, List<String> envoy) {
      List<String> apart = new ArrayList<>();
      for (String fact : envoy) {
        List<String> split =
            fact.startsWith("> ") || fact.startsWith("< ") ? apart(fact, headgate) : List.of();
        apart.addAll(split.isEmpty() ? List.of(fact) : split);
      }
      return replace(envoy, apart);
    }

    private static List<String> apart(String fact, List<String> headgate) {
      int colon = fact.indexOf(": ");
      if (colon < 0 || headgate.contains(fact)) {
        return List.of();
      }
      String name = fact.substring(0, colon + 2);
      List<String> ours = headgate.stream().filter(other -> other.startsWith(name)).toList();
      String joined =
          String.join(",", ours.stream().map(other -> other.substring(colon + 2)).toList());
      boolean same = sorted(joined).equals(sorted(fact.substring(colon + 2)));
      boolean own = fact.endsWith("date: *") || fact.endsWith("x-request-id: *");
      return ours.size() > 1 && (same || own) ? ours : List.of();
    }

    private static List<String> sorted(String list) {
      return java.util.Arrays.stream(list.split(",", -1)).sorted().toList();
    }
  };

  private final String reason;

  Difference(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  /**
   * Takes this difference out of the facts of a case.
   *
   * @return whether it was there
   */
  abstract boolean takeOut(Case of, List<String> headgate, List<String> envoy);

  private static boolean remove(List<String> facts, Predicate<String> which) {
    for (int i = 0; i < facts.size(); i++) {
      if (which.test(facts.get(i))) {
        facts.remove(i);
        return true;
      }
    }
    return false;
  }

  private static List<String> swap(List<String> facts, String from, String to) {
    return facts.stream().map(fact -> fact.equals(from) ? to : fact).toList();
  }

  private static boolean replace(List<String> facts, List<String> by) {
    List<String> before = new ArrayList<>(facts);
    facts.clear();
    facts.addAll(by);
    return !before.equals(facts);
  }
}
