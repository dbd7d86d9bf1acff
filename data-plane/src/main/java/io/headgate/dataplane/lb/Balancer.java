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
}
