package io.headgate.controlplane.discovery;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.Owner;
import io.headgate.controlplane.snapshot.References;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.List;
import java.util.Set;

/** Small resources whose content is told apart by a text. */
final class TestResources {
  private TestResources() {}

  static EncodedResource cluster(String name, String content) {
    Cluster cluster = Cluster.newBuilder().setName(name).setAltStatName(content).build();
    return encode(
        ResourceType.CLUSTER, name, cluster, new References(Set.of(), Set.of(), Set.of(name)));
  }

  static EncodedResource endpoints(String name, String content) {
    ClusterLoadAssignment assignment =
        ClusterLoadAssignment.newBuilder()
            .setClusterName(name)
            .putNamedEndpoints(
                content, io.envoyproxy.envoy.config.endpoint.v3.Endpoint.getDefaultInstance())
            .build();
    return encode(ResourceType.ENDPOINTS, name, assignment, References.NONE);
  }

  static EncodedResource listener(String name, String content, String... routes) {
    Listener listener = Listener.newBuilder().setName(name).setStatPrefix(content).build();
    return encode(
        ResourceType.LISTENER, name, listener, new References(Set.of(), Set.of(routes), Set.of()));
  }

  /** A listener with an address. */
  static EncodedResource listenerAt(String address, String name) {
    return encode(
        ResourceType.LISTENER,
        name,
        Listener.newBuilder().setName(name).build(),
        new References(Set.of(), Set.of(), Set.of(), Set.of(address)));
  }

  /** A listener that names a cluster itself, as one with routes of its own does. */
  static EncodedResource listenerTo(String name, String cluster) {
    Listener listener = Listener.newBuilder().setName(name).setStatPrefix(cluster).build();
    return encode(
        ResourceType.LISTENER, name, listener, new References(Set.of(cluster), Set.of(), Set.of()));
  }

  static EncodedResource routes(String name, String content, String... clusters) {
    RouteConfiguration table =
        RouteConfiguration.newBuilder()
            .setName(name)
            .addVirtualHosts(VirtualHost.newBuilder().setName(content).addDomains("*"))
            .build();
    return encode(
        ResourceType.ROUTES, name, table, new References(Set.of(clusters), Set.of(), Set.of()));
  }

  private static EncodedResource encode(
      ResourceType type, String name, Message message, References references) {
    List<Owner> owners = List.of(new Owner("config/test/default/" + name, "ann", 7));
    return EncodedResource.of(type, name, Any.pack(message).toByteArray(), references, owners);
  }
}
