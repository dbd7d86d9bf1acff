package io.headgate.dataplane.xds.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before the next attempt: uniform between zero and a bound that doubles with each failure
 * from 500 ms to 30 s ("full jitter"), and starts again after a minute of health.
 *
 * <p>Thread: the xds thread.
 */
final class Backoff {
  private static final long BASE_NANOS = Duration.ofMillis(500).toNanos();
  private static final long CAP_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long HEALTHY_NANOS = Duration.ofMinutes(1).toNanos();

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The wait after a failure.
   *
   * @param healthyNanos how long the connection that ended had been working; zero if it never did
   */
  Duration afterFailure(long healthyNanos) {
    if (healthyNanos >= HEALTHY_NANOS) {
      failures = 0;
    }
    // 500 ms << 6 is over the cap.
    long bound = Math.min(CAP_NANOS, BASE_NANOS << Math.min(failures, 6));
    failures++;
    return Duration.ofNanos(random.nextLong(bound + 1));
  }
}
