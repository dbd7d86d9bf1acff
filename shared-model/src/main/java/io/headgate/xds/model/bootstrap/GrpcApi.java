package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.value.Checks;
import java.util.List;

/**
 * A gRPC service of control planes.
 *
 * @param clusterNames static clusters, one per control plane, in the order of the file
 */
public record GrpcApi(ApiType apiType, List<String> clusterNames) {
  /** Protocol variant: state of the world or delta. */
  public enum ApiType {
    GRPC,
    DELTA_GRPC
  }

  public GrpcApi {
    clusterNames = List.copyOf(clusterNames);
    Checks.require(!clusterNames.isEmpty(), "grpc_services needs a service");
  }
}
