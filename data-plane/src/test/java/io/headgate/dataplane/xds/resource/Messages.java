package io.headgate.dataplane.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;

/** Short forms of discovery messages. */
public final class Messages {
  public static final String INCARNATION = "0123456789abcdef";

  private Messages() {}

  public static Any body(ResourceType type, String name) {
    return switch (type) {
      case CLUSTER -> Any.pack(Cluster.newBuilder().setName(name).build());
      case ENDPOINTS -> Any.pack(ClusterLoadAssignment.newBuilder().setClusterName(name).build());
      case LISTENER -> Any.pack(Listener.newBuilder().setName(name).build());
      case ROUTES -> Any.pack(RouteConfiguration.newBuilder().setName(name).build());
      case SECRET -> Any.pack(Secret.newBuilder().setName(name).build());
    };
  }

  public static Resource resource(ResourceType type, String name, String version) {
    return Resource.newBuilder()
        .setName(name)
        .setVersion(version)
        .setResource(body(type, name))
        .build();
  }

  public static NamedResource named(ResourceType type, String name, String version) {
    return new NamedResource(name, version, body(type, name));
  }

  public static DeltaDiscoveryResponse delta(
      ResourceType type, String nonce, long revision, List<Resource> resources, String... removed) {
    return DeltaDiscoveryResponse.newBuilder()
        .setTypeUrl(type.typeUrl())
        .setNonce(nonce)
        .setSystemVersionInfo(INCARNATION + "/" + revision)
        .setControlPlane(ControlPlane.newBuilder().setIdentifier(INCARNATION + "/" + revision))
        .addAllResources(resources)
        .addAllRemovedResources(List.of(removed))
        .build();
  }

  public static DiscoveryResponse sotw(
      ResourceType type, String nonce, String version, Message... all) {
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(nonce)
            .setVersionInfo(version);
    for (Message one : all) {
      response.addResources(one instanceof Any any ? any : Any.pack(one));
    }
    return response.build();
  }
}
