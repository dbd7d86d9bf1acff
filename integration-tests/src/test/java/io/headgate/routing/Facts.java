package io.headgate.routing;

import io.headgate.differential.Field;
import io.headgate.differential.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of a probe, a line each; two outcomes are the same when their lines are. Fields are
 * ordered by name, and those of one name stand as they came.
 */
final class Facts {
  /** Made anew for each request or by a clock. */
  private static final Set<String> MASKED =
      Set.of("date", "x-envoy-upstream-service-time", "x-request-id");

  /** Who sent it; differs by construction. */
  private static final Set<String> LEFT_OUT = Set.of(Probe.ID);

  private Facts() {}

  static List<String> of(@Nullable Message answer, List<Origins.Seen> seen) {
    List<String> facts = new ArrayList<>();
    if (answer == null) {
      facts.add("no answer");
    } else {
      facts.add("status " + answer.status());
      fields("< ", answer.fields(), facts);
      facts.add("< body " + answer.body());
    }
    seen.stream()
        .sorted((a, b) -> a.origin().compareTo(b.origin()))
        .forEach(each -> {
          String prefix = each.origin() + "> ";
          facts.add(prefix + each.request().startLine());
          fields(prefix, each.request().fields(), facts);
          facts.add(prefix + "body " + each.request().body());
        });
    return facts;
  }

  /** What is left of a timeout after a try depends on how long that took. */
  private static String rounded(String name, String value) {
    return name.equals("x-envoy-expected-rq-timeout-ms")
        ? Long.toString((Long.parseLong(value) + 999) / 1000 * 1000)
        : value;
  }

  private static void fields(String prefix, List<Field> fields, List<String> to) {
    List<String> lines = new ArrayList<>();
    for (Field field : fields) {
      String name = field.name().toLowerCase(Locale.ROOT);
      String value = field.value();
      if (!LEFT_OUT.contains(name)) {
        lines.add(prefix + name + ": " + (MASKED.contains(name) ? "*" : rounded(name, value)));
      }
    }
    to.addAll(byName(lines));
  }

  /** Orders facts by what they are about; the values of one name stay in the order they have. */
  static List<String> byName(List<String> facts) {
    return facts.stream().sorted(Comparator.comparing(fact -> fact.split(": ", 2)[0])).toList();
  }
}
