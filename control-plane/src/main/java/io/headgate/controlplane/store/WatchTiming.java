package io.headgate.controlplane.store;

import java.time.Duration;

/**
 * The watch's clock.
 *
 * @param canaryInterval between two canary writes
 * @param canaryLimit from a canary's write to its event; longer means that the watch hangs
 * @param retryMin lower bound of the pause before the next attempt to connect
 * @param retryMax upper bound of it
 */
public record WatchTiming(
    Duration canaryInterval, Duration canaryLimit, Duration retryMin, Duration retryMax) {
  public static final WatchTiming DEFAULT =
      new WatchTiming(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          Duration.ofSeconds(2));
}
