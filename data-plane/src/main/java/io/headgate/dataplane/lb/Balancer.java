package io.headgate.dataplane.lb;

import io.headgate.dataplane.endpoint.Endpoint;

/**
 * A load-balancing policy over a fixed, non-empty set of hosts.
 *
 * <p>Thread: confined to one event loop.
 */
public interface Balancer {

  /** Chooses a host for the next request. */
  Endpoint pick();

  /**
   * Chooses the host of a key; policies that do not hash take the next one.
   *
   * @param key equal for requests that belong together, random for a request that belongs nowhere
   * @param attempt how often the same request asks again, because it has failed on the host before
   */
  default Endpoint pick(long key, int attempt) {
    return pick();
  }
}
