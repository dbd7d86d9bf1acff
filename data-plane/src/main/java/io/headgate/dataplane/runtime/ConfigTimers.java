package io.headgate.dataplane.runtime;

import java.time.Duration;

/** Runs tasks later, on the config thread. */
@FunctionalInterface
public interface ConfigTimers {
  /** Runs the task after the delay, unless what is returned is run before. */
  Runnable schedule(Duration delay, Runnable task);
}
