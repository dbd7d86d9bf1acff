package io.headgate.dataplane.lb.ringhash;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.Balancer;
import io.headgate.dataplane.lb.BalancerFactory;
import io.headgate.dataplane.lb.HashTables;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ketama: hosts stand on a ring by their hashes, as often as their weight says, and a key goes to
 * the first one at or behind it. A host that leaves gives its keys away; no other key moves.
 *
 * <p>Thread: any; the ring is immutable.
 */
public final class RingHash implements Balancer {
  /** Envoy's default size of the smallest ring. */
  public static final long DEFAULT_MIN_SIZE = 1024;

  /** Envoy's limit of every ring. */
  public static final long MAX_SIZE = 8_388_608;

  private final Endpoint[] hosts;
  private final Ring ring;
  private final RandomGenerator random;

  private RingHash(Endpoint[] hosts, Ring ring, RandomGenerator random) {
    this.hosts = hosts;
    this.ring = ring;
    this.random = random;
  }

  /**
   * Makes ring balancers.
   *
   * @param minSize points of the smallest ring
   * @param maxSize points of the largest
   * @param byHostname whether hosts that have a name are hashed by it instead of by their address
   */
  public static BalancerFactory factory(long minSize, long maxSize, boolean byHostname) {
    HashTables<Ring> rings = new HashTables<>(input -> Ring.of(input, minSize, maxSize));
    return new BalancerFactory() {
      @Override
      public Balancer create(
          Endpoint[] hosts, int[] weights, RandomGenerator random, @Nullable Balancer previous) {
        return new RingHash(hosts, rings.of(hosts, weights, byHostname), random);
      }

      @Override
      public boolean byKey() {
        return true;
      }
    };
  }

  @Override
  public Endpoint pick() {
    return pick(random.nextLong(), 0);
  }

  @Override
  public Endpoint pick(long key, int attempt) {
    return hosts[ring.find(key, attempt)];
  }
}
