package io.headgate.xds.model.endpoint;

import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.Metadata;

/**
 * One address of a cluster.
 *
 * @param hostname name for host rewriting; may be empty
 * @param weight at least 1
 */
public record Endpoint(
    Address address, String hostname, HealthStatus health, long weight, Metadata metadata) {
  /** What the management server knows of its health. */
  public enum HealthStatus {
    UNKNOWN,
    HEALTHY,
    UNHEALTHY,
    DRAINING,
    TIMEOUT,
    DEGRADED;

    /** Whether the endpoint may get traffic while it is not in panic. */
    public boolean usable() {
      return this == UNKNOWN || this == HEALTHY || this == DEGRADED;
    }
  }

  public Endpoint {
    Checks.atLeast(weight, 1, "load_balancing_weight");
  }

  /** An endpoint of weight 1 and unknown health. */
  public static Endpoint of(String host, int port) {
    return new Endpoint(new Address(host, port), "", HealthStatus.UNKNOWN, 1, Metadata.EMPTY);
  }
}
