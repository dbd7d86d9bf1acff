package io.headgate.controlplane.discovery;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Limits how many streams open in a second, so that a fleet that lost its control plane comes back
 * in an orderly way.
 *
 * <p>Thread: any.
 */
final class StreamAdmission {
  private static final long SECOND = 1_000_000_000L;

  private final DiscoveryLimits limits;
  private final LongSupplier nanoTime;

  /** When the bucket would be full again (generic cell rate algorithm). */
  private final AtomicLong fullAt;

  StreamAdmission(DiscoveryLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.fullAt = new AtomicLong(nanoTime.getAsLong());
  }

  boolean admit(long openStreams) {
    if (openStreams >= limits.streams()) {
      return false;
    }
    long cost = SECOND / limits.newStreamsPerSecond();
    while (true) {
      long now = nanoTime.getAsLong();
      long before = fullAt.get();
      long after = Math.max(before, now) + cost;
      if (after - now > SECOND) {
        return false;
      }
      if (fullAt.compareAndSet(before, after)) {
        return true;
      }
    }
  }
}
