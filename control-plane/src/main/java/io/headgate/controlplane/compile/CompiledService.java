package io.headgate.controlplane.compile;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import java.util.Map;

/**
 * What one service becomes: a cluster and a load assignment for each port, under the same name.
 *
 * @param clusters by name
 * @param endpoints by name
 */
public record CompiledService(
    Map<String, Compiled<Cluster>> clusters,
    Map<String, Compiled<ClusterLoadAssignment>> endpoints) {
  public CompiledService {
    clusters = Map.copyOf(clusters);
    endpoints = Map.copyOf(endpoints);
  }

  CompiledService withEndpoints(Map<String, Compiled<ClusterLoadAssignment>> newer) {
    return new CompiledService(clusters, newer);
  }
}
