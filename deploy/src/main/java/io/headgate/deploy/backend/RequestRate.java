package io.headgate.deploy.backend;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Requests per second over the last two seconds, in slots of an eighth of a second.
 *
 * <p><i>Thread:</i> any. A slot packs its number and its count into one long, so that a slot of an
 * earlier round is never counted.
 */
final class RequestRate {

  private static final long SLOT_NANOS = 125_000_000;
  private static final int SLOTS = 17; // two seconds and the slot that fills now
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
  private final LongSupplier nanoTime;
  private final long origin;

  RequestRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
  }

  /** Slots are numbered from 1, so that an untouched one is never current. */
  private long slot() {
    return 1 + (nanoTime.getAsLong() - origin) / SLOT_NANOS;
  }

  void count() {
    long slot = slot();
    slots.accumulateAndGet(
        (int) (slot % SLOTS),
        slot,
        (old, now) -> old >> COUNT_BITS == now ? old + 1 : now << COUNT_BITS | 1);
  }

  double perSecond() {
    long now = slot();
    long sum = 0;
    for (int i = 0; i < SLOTS; i++) {
      long value = slots.get(i);
      long slot = value >> COUNT_BITS;
      if (slot > 0 && slot < now && slot >= now - (SLOTS - 1)) {
        sum += value & COUNT_MASK;
      }
    }
    long full = Math.min(SLOTS - 1, now - 1);
    return full == 0 ? 0 : sum / (full * (SLOT_NANOS / 1e9));
  }
}
