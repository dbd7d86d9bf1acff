package io.headgate.controlplane.loader;

import io.headgate.fleet.Violation;
import java.util.List;

/** What became of a write that somebody asked for. */
public sealed interface WriteOutcome {
  /** Done, or with a dry run: would be done. */
  record Done(Effect effect, long revision) implements WriteOutcome {}

  /** There is nothing to delete. */
  record Missing() implements WriteOutcome {}

  /** The value breaks rules; nothing was written. */
  record Invalid(List<Violation> violations) implements WriteOutcome {
    public Invalid {
      violations = List.copyOf(violations);
    }
  }

  /**
   * Someone else wrote in between.
   *
   * @param currentRevision of the newest value, 0 when there is none
   */
  record Conflict(long currentRevision) implements WriteOutcome {}

  /** Etcd does not answer. */
  record Unavailable(String reason) implements WriteOutcome {}

  /** Everything is held; {@code end} says how to end it. */
  record Held(String reason, String end) implements WriteOutcome {}

  /** What a write changed. */
  enum Effect {
    CREATED,
    UPDATED,
    /** An equal value is there already: nothing was written. */
    UNCHANGED,
    DELETED
  }
}
