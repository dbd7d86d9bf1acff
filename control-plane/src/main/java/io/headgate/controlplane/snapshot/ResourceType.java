package io.headgate.controlplane.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * The kind of an xDS resource, in the order in which kinds are announced (make before break).
 *
 * <p>Spec: xDS protocol, "Resource types" and "Eventual consistency considerations".
 */
public enum ResourceType {
  CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster", true),
  ENDPOINTS("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", false),
  LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener", true),
  ROUTES("type.googleapis.com/envoy.config.route.v3.RouteConfiguration", false),
  SECRET("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", false),
  /** Known so that a subscription is answered with "there is none". */
  EXTENSION("type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", false),
  /** Known so that a subscription is answered with "there is none". */
  RUNTIME("type.googleapis.com/envoy.service.runtime.v3.Runtime", false);

  private static final List<ResourceType> ALL = List.of(values());

  private final String typeUrl;
  private final boolean fullSet;

  ResourceType(String typeUrl, boolean fullSet) {
    this.typeUrl = typeUrl;
    this.fullSet = fullSet;
  }

  public String typeUrl() {
    return typeUrl;
  }

  /**
   * Whether a state-of-the-world response carries the full set and absence deletes; also whether an
   * empty list is a wildcard.
   */
  public boolean fullSet() {
    return fullSet;
  }

  /** All kinds, in announcing order. */
  public static List<ResourceType> all() {
    return ALL;
  }

  public static Optional<ResourceType> ofTypeUrl(String typeUrl) {
    for (ResourceType type : ALL) {
      if (type.typeUrl.equals(typeUrl)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
