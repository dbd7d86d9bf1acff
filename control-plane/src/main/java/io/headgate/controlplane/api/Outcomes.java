package io.headgate.controlplane.api;

import io.headgate.controlplane.loader.WriteOutcome;
import io.headgate.controlplane.loader.WriteRequest;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import java.util.List;

/** Turns what became of a write into what is answered. */
final class Outcomes {
  private Outcomes() {}

  /** What was done, or the problem to answer with. */
  static WriteOutcome.Done done(WriteOutcome outcome, ObjectKey key, WriteRequest request) {
    return switch (outcome) {
      case WriteOutcome.Done done -> done;
      case WriteOutcome.Missing _ ->
          throw new Problem(Problem.Kind.NOT_FOUND, "there is no " + key);
      case WriteOutcome.Invalid(List<Violation> violations) ->
          throw Problem.invalid(findings(key.toString(), violations));
      case WriteOutcome.Conflict(long current) ->
          throw request.expected().isPresent()
              ? Problem.precondition(current)
              : new Problem(
                  Problem.Kind.CONFLICT, key + " was written by someone else at the same time");
      case WriteOutcome.Unavailable(String reason) ->
          throw new Problem(Problem.Kind.ETCD_UNAVAILABLE, reason);
      case WriteOutcome.Held(String reason, String end) ->
          throw new Problem(Problem.Kind.HELD, reason + "; to end it: " + end);
    };
  }

  static List<Problem.Finding> findings(String object, List<Violation> violations) {
    return violations.stream()
        .map(violation ->
            new Problem.Finding(
                object,
                violation.path(),
                violation.line(),
                violation.value(),
                violation.reason(),
                violation.fix()))
        .toList();
  }
}
