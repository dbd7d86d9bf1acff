package io.headgate.xds.model.endpoint;

import io.headgate.xds.model.value.Checks;
import java.util.List;

/**
 * Endpoints of one place and priority.
 *
 * @param priority 0 is the highest
 * @param weight share of the locality among its priority; 0 when it has none
 */
public record LocalityEndpoints(
    Locality locality, int priority, long weight, List<Endpoint> endpoints) {
  public LocalityEndpoints {
    Checks.require(priority >= 0 && priority <= 128, "priority must be within 0..128");
    Checks.atLeast(weight, 0, "load_balancing_weight");
    endpoints = List.copyOf(endpoints);
  }
}
