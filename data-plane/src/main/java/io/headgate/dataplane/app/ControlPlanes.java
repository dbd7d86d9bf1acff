package io.headgate.dataplane.app;

import io.headgate.dataplane.xds.stream.ControlPlane;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Finds the addresses of the control planes in the bootstrap's clusters. */
final class ControlPlanes {
  private ControlPlanes() {}

  /**
   * One group for each cluster that the service names, in its order.
   *
   * @throws IllegalArgumentException when none of them has an address
   */
  static List<List<ControlPlane>> of(Bootstrap bootstrap, GrpcApi api) {
    List<List<ControlPlane>> groups = new ArrayList<>();
    for (String name : api.clusterNames()) {
      for (Cluster cluster : bootstrap.clusters()) {
        if (cluster.name().equals(name)) {
          groups.add(members(cluster));
        }
      }
    }
    if (groups.stream().allMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "the clusters " + api.clusterNames() + " of the control plane list no endpoint");
    }
    return groups;
  }

  /** The endpoints of one cluster. */
  static List<ControlPlane> members(Cluster cluster) {
    return switch (cluster.endpoints()) {
      case EndpointSource.Static fixed -> {
        List<ControlPlane> members = new ArrayList<>();
        for (LocalityEndpoints locality : fixed.assignment().localities()) {
          for (Endpoint endpoint : locality.endpoints()) {
            members.add(
                new ControlPlane(
                    cluster,
                    new InetSocketAddress(
                        InetAddress.ofLiteral(endpoint.address().host()),
                        endpoint.address().port())));
          }
        }
        yield members;
      }
      case EndpointSource.UnixSockets(List<String> paths) ->
          paths.stream()
              .map(path -> new ControlPlane(cluster, UnixDomainSocketAddress.of(path)))
              .toList();
      case EndpointSource.Eds _ ->
          throw new IllegalArgumentException(
              "cluster "
                  + cluster.name()
                  + " of the control plane must list its endpoints, it is of type EDS");
    };
  }
}
