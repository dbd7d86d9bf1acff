package io.headgate.xds.codec;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.headgate.xds.codec.cluster.ClusterEncoder;
import io.headgate.xds.codec.cluster.EndpointEncoder;
import io.headgate.xds.codec.listener.ListenerEncoder;
import io.headgate.xds.codec.message.TypeUrls;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.codec.route.RouteEncoder;
import io.headgate.xds.codec.transport.SecretEncoder;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;

/** Encodes resources; equal values give equal bytes, in every process. */
public final class ResourceEncoder {
  private ResourceEncoder() {}

  /** The resource as a discovery response carries it. */
  public static Any encode(Resource resource) {
    return Wire.pack(message(resource));
  }

  /** The resource as a message. */
  public static Message message(Resource resource) {
    return switch (resource) {
      case Listener listener -> listener(listener);
      case RouteConfiguration routes -> routeConfiguration(routes);
      case Cluster cluster -> cluster(cluster);
      case ClusterLoadAssignment assignment -> clusterLoadAssignment(assignment);
      case Secret secret -> secret(secret);
    };
  }

  /** The type URL under which the resource is served. */
  public static String typeUrl(Resource resource) {
    return switch (resource) {
      case Listener listener -> TypeUrls.LISTENER;
      case RouteConfiguration routes -> TypeUrls.ROUTE_CONFIGURATION;
      case Cluster cluster -> TypeUrls.CLUSTER;
      case ClusterLoadAssignment assignment -> TypeUrls.CLUSTER_LOAD_ASSIGNMENT;
      case Secret secret -> TypeUrls.SECRET;
    };
  }

  /** Encodes a listener. */
  public static io.envoyproxy.envoy.config.listener.v3.Listener listener(Listener listener) {
    return ListenerEncoder.encode(listener);
  }

  /** Encodes a route table. */
  public static io.envoyproxy.envoy.config.route.v3.RouteConfiguration routeConfiguration(
      RouteConfiguration routes) {
    return RouteEncoder.encode(routes);
  }

  /** Encodes a cluster. */
  public static io.envoyproxy.envoy.config.cluster.v3.Cluster cluster(Cluster cluster) {
    return ClusterEncoder.encode(cluster);
  }

  /** Encodes a secret; the only message that a private key is written into. */
  public static io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret secret(
      Secret secret) {
    return SecretEncoder.encode(secret);
  }

  /** Encodes endpoints. */
  public static io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment clusterLoadAssignment(
      ClusterLoadAssignment assignment) {
    return EndpointEncoder.encode(assignment);
  }
}
