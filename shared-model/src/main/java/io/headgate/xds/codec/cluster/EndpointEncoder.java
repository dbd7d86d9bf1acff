package io.headgate.xds.codec.cluster;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import java.util.List;

/** Encodes endpoints. */
public final class EndpointEncoder {
  private EndpointEncoder() {}

  public static ClusterLoadAssignment encode(
      io.headgate.xds.model.ClusterLoadAssignment assignment) {
    ClusterLoadAssignment.Builder builder =
        ClusterLoadAssignment.newBuilder().setClusterName(assignment.clusterName());
    assignment.localities().forEach(l -> builder.addEndpoints(locality(l)));
    return builder.build();
  }

  static ClusterLoadAssignment encode(String cluster, List<String> paths) {
    LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
    for (String path : paths) {
      locality.addLbEndpoints(
          LbEndpoint.newBuilder()
              .setEndpoint(
                  Endpoint.newBuilder()
                      .setAddress(Address.newBuilder().setPipe(Pipe.newBuilder().setPath(path)))));
    }
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(cluster)
        .addEndpoints(locality)
        .build();
  }

  private static LocalityLbEndpoints locality(LocalityEndpoints locality) {
    LocalityLbEndpoints.Builder builder =
        LocalityLbEndpoints.newBuilder().setPriority(locality.priority());
    if (!locality.locality().equals(Locality.NONE)) {
      builder.setLocality(Protos.locality(locality.locality()));
    }
    if (locality.weight() > 0) {
      builder.setLoadBalancingWeight(Protos.uint32(locality.weight()));
    }
    locality.endpoints().forEach(e -> builder.addLbEndpoints(endpoint(e)));
    return builder.build();
  }

  private static LbEndpoint endpoint(io.headgate.xds.model.endpoint.Endpoint endpoint) {
    LbEndpoint.Builder builder =
        LbEndpoint.newBuilder()
            .setEndpoint(
                Endpoint.newBuilder()
                    .setAddress(Protos.address(endpoint.address()))
                    .setHostname(endpoint.hostname()))
            .setHealthStatus(
                switch (endpoint.health()) {
                  case UNKNOWN -> HealthStatus.UNKNOWN;
                  case HEALTHY -> HealthStatus.HEALTHY;
                  case UNHEALTHY -> HealthStatus.UNHEALTHY;
                  case DRAINING -> HealthStatus.DRAINING;
                  case TIMEOUT -> HealthStatus.TIMEOUT;
                  case DEGRADED -> HealthStatus.DEGRADED;
                })
            .setLoadBalancingWeight(Protos.uint32(endpoint.weight()));
    if (!endpoint.metadata().filterMetadata().isEmpty()) {
      builder.setMetadata(Protos.metadata(endpoint.metadata()));
    }
    return builder.build();
  }
}
