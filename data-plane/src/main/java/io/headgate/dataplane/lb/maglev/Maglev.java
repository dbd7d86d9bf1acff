package io.headgate.dataplane.lb.maglev;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.Balancer;
import io.headgate.dataplane.lb.BalancerFactory;
import io.headgate.dataplane.lb.HashTables;
import io.headgate.dataplane.lb.XxHash64;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Maglev: every host has its own order of the slots of a table, and the hosts take their next free
 * slot in turns, as often as their weights say; a key goes to the host of its slot. When a host
 * comes or goes few other keys move.
 *
 * <p>Thread: any; the table is immutable. Spec: Eisenbud et al., "Maglev: A Fast and Reliable
 * Software Network Load Balancer", NSDI 2016, section 3.4.
 */
public final class Maglev implements Balancer {
  /** Envoy's default size of the table; a prime. */
  public static final int DEFAULT_SIZE = 65_537;

  private final Endpoint[] hosts;
  private final int[] slots;
  private final RandomGenerator random;

  private Maglev(Endpoint[] hosts, int[] slots, RandomGenerator random) {
    this.hosts = hosts;
    this.slots = slots;
    this.random = random;
  }

  /**
   * Makes Maglev balancers.
   *
   * @param size slots of the table, a prime
   * @param byHostname whether hosts that have a name are hashed by it instead of by their address
   */
  public static BalancerFactory factory(int size, boolean byHostname) {
    HashTables<int[]> tables = new HashTables<>(input -> table(input, size));
    return new BalancerFactory() {
      @Override
      public Balancer create(
          Endpoint[] hosts, int[] weights, RandomGenerator random, @Nullable Balancer previous) {
        return new Maglev(hosts, tables.of(hosts, weights, byHostname), random);
      }

      @Override
      public boolean byKey() {
        return true;
      }
    };
  }

  static int[] table(HashTables.Input input, int size) {
    int n = input.keys().length;
    long[] next = new long[n];
    long[] skips = new long[n];
    double[] shares = new double[n];
    double sum = 0;
    for (int weight : input.weights()) {
      sum += weight;
    }
    double most = 0;
    for (int i = 0; i < n; i++) {
      byte[] key = input.keys()[i];
      next[i] = Long.remainderUnsigned(XxHash64.of(key), size);
      skips[i] = Long.remainderUnsigned(XxHash64.of(key, 0, key.length, 1), size - 1) + 1;
      shares[i] = input.weights()[i] / sum;
      most = Math.max(most, shares[i]);
    }
    int[] slots = new int[size];
    Arrays.fill(slots, -1);
    double[] due = new double[n];
    int taken = 0;
    for (long turn = 1; taken < size; turn++) {
      for (int i = 0; i < n && taken < size; i++) {
        // The heaviest host takes a slot in every turn, one of a third of its weight in every
        // third.
        if (turn * shares[i] < due[i]) {
          continue;
        }
        due[i] += most;
        while (slots[(int) next[i]] >= 0) {
          next[i] = (next[i] + skips[i]) % size;
        }
        slots[(int) next[i]] = i;
        next[i] = (next[i] + skips[i]) % size;
        taken++;
      }
    }
    return slots;
  }

  @Override
  public Endpoint pick() {
    return pick(random.nextLong(), 0);
  }

  @Override
  public Endpoint pick(long key, int attempt) {
    // Another attempt looks elsewhere, far away.
    long at = attempt == 0 ? key : key ^ (~0L - attempt + 1);
    return hosts[slots[(int) Long.remainderUnsigned(at, slots.length)]];
  }
}
