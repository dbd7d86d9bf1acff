package io.headgate.xds.codec.message;

import com.google.protobuf.Descriptors.Descriptor;

/** Type URLs of what xDS serves. */
public final class TypeUrls {
  private static final String PREFIX = "type.googleapis.com/";

  public static final String LISTENER = PREFIX + "envoy.config.listener.v3.Listener";
  public static final String ROUTE_CONFIGURATION =
      PREFIX + "envoy.config.route.v3.RouteConfiguration";
  public static final String CLUSTER = PREFIX + "envoy.config.cluster.v3.Cluster";
  public static final String CLUSTER_LOAD_ASSIGNMENT =
      PREFIX + "envoy.config.endpoint.v3.ClusterLoadAssignment";

  public static final String SECRET = PREFIX + "envoy.extensions.transport_sockets.tls.v3.Secret";

  private TypeUrls() {}

  public static String of(String messageName) {
    return PREFIX + messageName;
  }

  public static String of(Descriptor type) {
    return PREFIX + type.getFullName();
  }
}
