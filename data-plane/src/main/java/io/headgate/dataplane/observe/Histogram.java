package io.headgate.dataplane.observe;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of values by bucket, with Envoy's default buckets. <b>Thread:</b> any. <b>Units:</b> what
 * the meter's name says, milliseconds for {@code _time} and {@code _ms}.
 */
public final class Histogram {
  /** Upper bounds of the buckets, inclusive; the last bucket has none. */
  private static final double[] BOUNDS = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
    1800000, 3600000
  };

  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
  private final LongAdder sum = new LongAdder();

  /** Makes a histogram that no registry knows; for tests and defaults. */
  public Histogram() {}

  /** Records one value. */
  public void record(long value) {
    int bucket = 0;
    while (bucket < BOUNDS.length && value > BOUNDS[bucket]) {
      bucket++;
    }
    counts.getAndIncrement(bucket);
    sum.add(value);
  }

  /** Returns the upper bounds; the counts have one more. */
  public static double[] bounds() {
    return BOUNDS.clone();
  }

  /** Returns the counts of the buckets, not cumulated. */
  public long[] counts() {
    long[] copy = new long[counts.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts.get(i);
    }
    return copy;
  }

  /** Returns the sum of all recorded values. */
  public long sum() {
    return sum.sum();
  }

  /** Returns a quantile (0 to 1), linear within its bucket; NaN while empty. */
  public double quantile(double q) {
    long[] now = counts();
    long total = 0;
    for (long count : now) {
      total += count;
    }
    if (total == 0) {
      return Double.NaN;
    }
    double rank = q * total;
    long below = 0;
    for (int i = 0; i < now.length; i++) {
      if (now[i] > 0 && below + now[i] >= rank) {
        double low = i == 0 ? 0 : BOUNDS[i - 1];
        double high = i < BOUNDS.length ? BOUNDS[i] : low;
        return low + (high - low) * Math.max(0, rank - below) / now[i];
      }
      below += now[i];
    }
    return BOUNDS[BOUNDS.length - 1];
  }
}
