package io.headgate.dataplane.app;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.stub.StreamObserver;
import io.headgate.dataplane.xds.AdsServer;

/** Answers requests of a delta stream from a fixed set of resources. */
final class Script {
  final AdsServer server;
  final StreamObserver<DeltaDiscoveryResponse> stream;
  private int nonce;

  Script(AdsServer server) throws InterruptedException {
    this.server = server;
    stream = take(server.deltaStreams);
  }

  /** Sends resources of one type, name to message, at a version. */
  void send(String version, Message... resources) {
    DeltaDiscoveryResponse.Builder response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(Any.pack(resources[0]).getTypeUrl())
            .setSystemVersionInfo(version)
            .setNonce("n" + nonce++);
    for (Message resource : resources) {
      response.addResources(
          Resource.newBuilder()
              .setName(name(resource))
              .setVersion(version)
              .setResource(Any.pack(resource)));
    }
    stream.onNext(response.build());
  }

  private static String name(Message resource) {
    return switch (resource) {
      case Cluster cluster -> cluster.getName();
      case ClusterLoadAssignment endpoints -> endpoints.getClusterName();
      case Listener listener -> listener.getName();
      case RouteConfiguration routes -> routes.getName();
      default -> throw new IllegalArgumentException(resource.getClass().getName());
    };
  }

  /** Waits for an ACK of this type; NACKs fail the test. */
  void acked(Message prototype) throws InterruptedException {
    String type = Any.pack(prototype).getTypeUrl();
    while (true) {
      DeltaDiscoveryRequest request = take(server.deltaRequests);
      assertThat(request.getErrorDetail().getMessage()).isEmpty();
      if (request.getTypeUrl().equals(type) && !request.getResponseNonce().isEmpty()) {
        return;
      }
    }
  }
}
