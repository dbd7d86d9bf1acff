package io.headgate.dataplane.http;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens at a point of time unless it is called off; a node of a {@link
 * LoopDeadlines} wheel, so that arming and disarming make no garbage. Reusable after it fired or
 * was disarmed.
 *
 * <p><b>Thread:</b> confined to one event loop.
 */
public abstract class Deadline {
  @Nullable Deadline previous;
  @Nullable Deadline next;
  long atNanos;
  int slot = -1;

  /** Makes a disarmed deadline. */
  protected Deadline() {}

  /** The time has come; the deadline is disarmed already and may be armed again. */
  protected abstract void onExpired();

  /** Returns whether it is going to fire. */
  public final boolean isArmed() {
    return slot >= 0;
  }
}
