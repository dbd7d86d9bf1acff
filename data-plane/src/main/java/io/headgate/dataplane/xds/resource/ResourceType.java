package io.headgate.dataplane.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Optional;

/**
 * A kind of resource that the client asks for, in the order in which subscriptions are opened and
 * saved config is applied.
 */
public enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster", "cluster", true),
  ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment", "endpoints", false),
  LISTENER("envoy.config.listener.v3.Listener", "listener", true),
  ROUTES("envoy.config.route.v3.RouteConfiguration", "routes", false),
  SECRET("envoy.extensions.transport_sockets.tls.v3.Secret", "secret", false);

  private final String typeUrl;
  private final String label;
  private final boolean fullState;

  ResourceType(String message, String label, boolean fullState) {
    this.typeUrl = "type.googleapis.com/" + message;
    this.label = label;
    this.fullState = fullState;
  }

  /** The type URL on the wire. */
  public String typeUrl() {
    return typeUrl;
  }

  /** The word for people, for logs, and in metric labels. */
  public String label() {
    return label;
  }

  /** With SotW: a response holds all there are, so absence deletes (listeners and clusters). */
  public boolean fullState() {
    return fullState;
  }

  public static Optional<ResourceType> ofUrl(String typeUrl) {
    for (ResourceType type : values()) {
      if (type.typeUrl.equals(typeUrl)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The name that a bare resource carries in its body. */
  public String nameIn(Any body) throws InvalidProtocolBufferException {
    return switch (this) {
      case CLUSTER -> Cluster.parseFrom(body.getValue()).getName();
      case ENDPOINTS -> ClusterLoadAssignment.parseFrom(body.getValue()).getClusterName();
      case LISTENER -> Listener.parseFrom(body.getValue()).getName();
      case ROUTES -> RouteConfiguration.parseFrom(body.getValue()).getName();
      case SECRET -> Secret.parseFrom(body.getValue()).getName();
    };
  }
}
