package io.headgate.xds.model.cluster;

import io.headgate.xds.model.value.Checks;

/**
 * How an endpoint is picked.
 *
 * @param panicThresholdPercent below this share of healthy hosts health is ignored; 50 by default,
 *     0 never
 * @param localityWeighted whether localities are picked by their weights
 */
public record LoadBalancing(Policy policy, int panicThresholdPercent, boolean localityWeighted) {
  public static final LoadBalancing DEFAULT = new LoadBalancing(new Policy.RoundRobin(), 50, false);

  /** The picking rule. */
  public sealed interface Policy {
    /** Weighted round robin. */
    record RoundRobin() implements Policy {}

    /** Weighted least request among some random hosts. */
    record LeastRequest(int choiceCount) implements Policy {
      public LeastRequest {
        Checks.atLeast(choiceCount, 2, "choice_count");
      }
    }

    /**
     * The host behind the request's hash on a ring.
     *
     * @param minSize points of the smallest ring, 1024 by default
     * @param maxSize points of the largest, 8388608 by default
     * @param byHostname whether hosts that have a name are hashed by it
     */
    record RingHash(long minSize, long maxSize, boolean byHostname) implements Policy {
      public static final long DEFAULT_MIN_SIZE = 1024;
      public static final long DEFAULT_MAX_SIZE = 8_388_608;

      public RingHash {
        Checks.atLeast(minSize, 1, "minimum_ring_size");
        Checks.require(
            maxSize <= DEFAULT_MAX_SIZE, "maximum_ring_size must not exceed " + DEFAULT_MAX_SIZE);
        Checks.require(minSize <= maxSize, "minimum_ring_size must not exceed maximum_ring_size");
      }
    }

    /**
     * The host in the slot of the request's hash.
     *
     * @param tableSize slots, a prime; 65537 by default
     * @param byHostname whether hosts that have a name are hashed by it
     */
    record Maglev(int tableSize, boolean byHostname) implements Policy {
      public static final int DEFAULT_TABLE_SIZE = 65_537;
      public static final int MAX_TABLE_SIZE = 5_000_011;

      public Maglev {
        Checks.require(
            tableSize >= 2 && tableSize <= MAX_TABLE_SIZE,
            "table_size must be within 2.." + MAX_TABLE_SIZE);
        Checks.require(isPrime(tableSize), "table_size must be a prime");
      }

      private static boolean isPrime(int number) {
        for (int i = 2; (long) i * i <= number; i++) {
          if (number % i == 0) {
            return false;
          }
        }
        return true;
      }
    }
  }

  public LoadBalancing {
    Checks.percent(panicThresholdPercent, "healthy_panic_threshold");
  }
}
