package io.headgate.controlplane.image;

import java.time.Instant;
import java.util.Map;

/**
 * What the feedback loop last wrote for a service.
 *
 * @param updated when it was written
 * @param hosts by instance
 */
public record ServiceWeights(Instant updated, Map<String, FleetWeight> hosts) {
  public ServiceWeights {
    hosts = Map.copyOf(hosts);
  }
}
