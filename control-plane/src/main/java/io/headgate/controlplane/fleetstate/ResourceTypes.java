package io.headgate.controlplane.fleetstate;

import java.util.Map;

/** The short names of resource types, for people. */
public final class ResourceTypes {
  private static final String PREFIX = "type.googleapis.com/";
  private static final Map<String, String> NAMES =
      Map.of(
          PREFIX + "envoy.config.listener.v3.Listener", "listener",
          PREFIX + "envoy.config.route.v3.RouteConfiguration", "route",
          PREFIX + "envoy.config.cluster.v3.Cluster", "cluster",
          PREFIX + "envoy.config.endpoint.v3.ClusterLoadAssignment", "endpoint",
          PREFIX + "envoy.extensions.transport_sockets.tls.v3.Secret", "secret");

  private ResourceTypes() {}

  /** Whether a response of this type carries everything there is, so that absence deletes. */
  static boolean isFullSet(String typeUrl) {
    String name = shortName(typeUrl);
    return name.equals("listener") || name.equals("cluster");
  }

  /** {@code cluster}, {@code route}, …; the type URL itself for any other. */
  public static String shortName(String typeUrl) {
    return NAMES.getOrDefault(typeUrl, typeUrl);
  }
}
