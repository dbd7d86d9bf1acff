package io.headgate.xds.model;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/** Where a cluster takes its endpoints from. */
public sealed interface EndpointSource {
  /** Endpoints inside the cluster. */
  record Static(ClusterLoadAssignment assignment) implements EndpointSource {}

  /**
   * Endpoints by the discovery stream.
   *
   * @param serviceName empty for the cluster's name
   * @param initialFetchTimeout how long a new cluster waits for them; zero for ever
   */
  record Eds(String serviceName, Duration initialFetchTimeout) implements EndpointSource {
    public Eds {
      Checks.notNegative(initialFetchTimeout, "initial_fetch_timeout");
    }
  }
}
