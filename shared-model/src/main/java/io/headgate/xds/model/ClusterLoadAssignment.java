package io.headgate.xds.model;

import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.value.Checks;
import java.util.List;

/** The endpoints of a cluster. */
public record ClusterLoadAssignment(String clusterName, List<LocalityEndpoints> localities)
    implements Resource {
  public ClusterLoadAssignment {
    Checks.notEmpty(clusterName, "cluster_name");
    localities = List.copyOf(localities);
  }

  @Override
  public String name() {
    return clusterName;
  }
}
