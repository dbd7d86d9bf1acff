package io.headgate.xds.model;

import java.util.List;

/** The endpoints of a cluster. */
public record ClusterLoadAssignment(String clusterName, List<LocalityEndpoints> localities) {
  public ClusterLoadAssignment {
    Checks.notEmpty(clusterName, "cluster_name");
    localities = List.copyOf(localities);
  }
}
