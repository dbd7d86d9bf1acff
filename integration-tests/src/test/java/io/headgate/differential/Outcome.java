package io.headgate.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What came of a case.
 *
 * @param answers informational ones and the final one, in order
 * @param end empty when the final answer was complete
 * @param upstream the requests that reached the backend
 */
record Outcome(List<Message> answers, String end, List<Message> upstream) {

  /** Made anew for each request or by a clock. */
  private static final Set<String> MASKED =
      Set.of("date", "x-envoy-upstream-service-time", "x-request-id");

  int status() {
    return answers.isEmpty() ? 0 : answers.getLast().status();
  }

  /** One line a fact; two outcomes are the same when their lines are. */
  List<String> facts(Case of) {
    List<String> facts = new ArrayList<>();
    if (!end.isEmpty()) {
      facts.add("end " + end);
    }
    for (Message answer : answers) {
      facts.add("status " + answer.status());
      fields("< ", of, answer.fields(), facts);
      facts.add("< body " + brief(answer.body()));
      fields("< trailer ", of, answer.trailers(), facts);
    }
    for (Message request : upstream) {
      facts.add("> " + request.startLine());
      fields("> ", of, request.fields(), facts);
      facts.add("> body " + brief(request.body()));
      fields("> trailer ", of, request.trailers(), facts);
    }
    return facts;
  }

  private static void fields(String prefix, Case of, List<Field> fields, List<String> to) {
    for (String field : Field.multiset(fields)) {
      String name = field.substring(0, field.indexOf(": "));
      String value = field.substring(name.length() + 2);
      boolean given =
          of.values(name).contains(value)
              || Field.values(of.answer().fields(), name).anyMatch(value::equals);
      if (name.equals("x-envoy-expected-rq-timeout-ms") && value.matches("\\d+")) {
        value = "below " + (Long.parseLong(value) + 999) / 1000 + " s"; // what is left of it
      }
      to.add(prefix + name + ": " + (MASKED.contains(name) && !given ? "*" : value));
    }
  }

  private static String brief(String body) {
    return body.length() <= 80
        ? body
        : body.length() + " bytes " + Integer.toHexString(body.hashCode());
  }
}
