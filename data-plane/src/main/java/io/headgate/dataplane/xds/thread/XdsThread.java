package io.headgate.dataplane.xds.thread;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/**
 * The one thread that owns the discovery client: runs tasks one at a time, now or later, and tells
 * the time.
 */
public interface XdsThread extends Executor {
  /** Monotonic nanoseconds, for durations. */
  long nanoTime();

  /** The wall clock, for what people read. */
  Instant now();

  /** Runs the task on this thread after the delay, unless it is cancelled before. */
  Timer schedule(Duration delay, Runnable task);

  /** A task that waits for its time. */
  interface Timer {
    /** Forgets the task; harmless when it ran already. To be called on the xds thread. */
    void cancel();
  }
}
