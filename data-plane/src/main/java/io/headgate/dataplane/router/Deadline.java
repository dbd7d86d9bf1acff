package io.headgate.dataplane.router;

import org.jspecify.annotations.Nullable;

/**
 * A moment at which something is told unless it is cancelled before.
 *
 * <p>Thread: confined to the loop.
 */
final class Deadline {

  /** Told when the moment has come. */
  interface Target {
    /** The moment has come; the deadline is over. */
    void expired(Deadline deadline);
  }

  final Target target;
  final long atNanos;
  @Nullable Deadline next;
  @Nullable Deadline previous;
  Deadlines.@Nullable Lane lane;

  Deadline(Target target, long atNanos) {
    this.target = target;
    this.atNanos = atNanos;
  }

  /** Calls it off; does nothing when it is over. */
  void cancel() {
    Deadlines.Lane in = lane;
    if (in != null) {
      in.remove(this);
    }
  }
}
