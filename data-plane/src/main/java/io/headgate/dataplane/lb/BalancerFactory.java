package io.headgate.dataplane.lb;

import io.headgate.dataplane.endpoint.Endpoint;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a policy's balancer for a set of hosts.
 *
 * <p>Thread: any; what it makes is confined to the caller's event loop.
 */
@FunctionalInterface
public interface BalancerFactory {

  /**
   * Makes a balancer.
   *
   * @param hosts at least one host, no duplicates
   * @param weights one weight per host, each at least 1
   * @param random the loop's random numbers
   * @param previous the balancer of this factory that this one replaces, to go on from; null at
   *     first
   */
  Balancer create(
      Endpoint[] hosts, int[] weights, RandomGenerator random, @Nullable Balancer previous);

  /** Whether the key of a request decides, of its priority as well. */
  default boolean byKey() {
    return false;
  }
}
