package io.headgate.controlplane.api;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts failed tokens by address, in windows of a minute. Bounded: beyond {@value #MAX_ADDRESSES}
 * addresses the oldest is forgotten.
 *
 * <p>Thread: any.
 */
final class FailureLimit {
  static final int MAX_FAILURES = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 10_000;

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Window> windows =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  private record Window(long began, int failures) {}

  FailureLimit(Clock clock) {
    this.clock = clock;
  }

  void failed(String address) {
    long now = clock.millis();
    lock.lock();
    try {
      windows.merge(
          address,
          new Window(now, 1),
          (known, fresh) ->
              now - known.began() >= WINDOW.toMillis()
                  ? fresh
                  : new Window(known.began(), known.failures() + 1));
    } finally {
      lock.unlock();
    }
  }

  /** Seconds until this address may try again; 0 when it may now. */
  long secondsToWait(String address) {
    lock.lock();
    try {
      Window window = windows.get(address);
      if (window == null || window.failures() < MAX_FAILURES) {
        return 0;
      }
      long left = window.began() + WINDOW.toMillis() - clock.millis();
      return left <= 0 ? 0 : Math.max(1, (left + 999) / 1_000);
    } finally {
      lock.unlock();
    }
  }
}
