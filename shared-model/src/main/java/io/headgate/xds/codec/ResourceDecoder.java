package io.headgate.xds.codec;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.headgate.xds.codec.cluster.ClusterDecoder;
import io.headgate.xds.codec.cluster.EndpointDecoder;
import io.headgate.xds.codec.listener.ListenerDecoder;
import io.headgate.xds.codec.message.DecodeContext;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Part;
import io.headgate.xds.codec.message.TypeUrls;
import io.headgate.xds.codec.message.Violation;
import io.headgate.xds.codec.route.RouteDecoder;
import io.headgate.xds.codec.transport.SecretDecoder;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.util.List;

/** Decodes dynamic resources, as they come from a management server or before they go to one. */
public final class ResourceDecoder {
  private ResourceDecoder() {}

  /** Decodes a resource of a discovery response. */
  public static Decoded<? extends Resource> decode(Any resource, DecodeOptions options) {
    return decode(resource.getTypeUrl(), resource.getValue(), options);
  }

  /** Decodes the bytes of a resource; an unknown type URL is a violation. */
  public static Decoded<? extends Resource> decode(
      String typeUrl, ByteString bytes, DecodeOptions options) {
    return switch (typeUrl) {
      case TypeUrls.LISTENER ->
          parse(
              io.envoyproxy.envoy.config.listener.v3.Listener.getDefaultInstance(),
              bytes,
              options,
              ListenerDecoder::decode);
      case TypeUrls.ROUTE_CONFIGURATION ->
          parse(
              io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDefaultInstance(),
              bytes,
              options,
              RouteDecoder::decode);
      case TypeUrls.CLUSTER ->
          parse(
              io.envoyproxy.envoy.config.cluster.v3.Cluster.getDefaultInstance(),
              bytes,
              options,
              ClusterDecoder::decode);
      case TypeUrls.CLUSTER_LOAD_ASSIGNMENT ->
          parse(
              io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.getDefaultInstance(),
              bytes,
              options,
              EndpointDecoder::decode);
      case TypeUrls.SECRET ->
          parse(
              io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.getDefaultInstance(),
              bytes,
              options,
              SecretDecoder::decode);
      default -> invalid(typeUrl, "the resource type is not implemented");
    };
  }

  private static <T extends Resource> Decoded<T> parse(
      Message prototype, ByteString bytes, DecodeOptions options, Part<T> part) {
    if (bytes.size() > DecodeContext.MAX_RESOURCE_BYTES) {
      return invalid(bytes.size() + " bytes", "the resource is too large");
    }
    try {
      return MessageReader.decode(prototype.getParserForType().parseFrom(bytes), options, part);
    } catch (InvalidProtocolBufferException e) {
      return invalid("", "the bytes are no such message: " + e.getMessage());
    }
  }

  private static <T> Decoded<T> invalid(String value, String reason) {
    return new Decoded.Invalid<>(List.of(new Violation("", value, reason, "")));
  }

  /** Decodes a listener. */
  public static Decoded<Listener> listener(
      io.envoyproxy.envoy.config.listener.v3.Listener message, DecodeOptions options) {
    return MessageReader.decode(message, options, ListenerDecoder::decode);
  }

  /** Decodes a route table. */
  public static Decoded<RouteConfiguration> routeConfiguration(
      io.envoyproxy.envoy.config.route.v3.RouteConfiguration message, DecodeOptions options) {
    return MessageReader.decode(message, options, RouteDecoder::decode);
  }

  /** Decodes a cluster. */
  public static Decoded<Cluster> cluster(
      io.envoyproxy.envoy.config.cluster.v3.Cluster message, DecodeOptions options) {
    return MessageReader.decode(message, options, ClusterDecoder::decode);
  }

  /** Decodes a secret. */
  public static Decoded<Secret> secret(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret message,
      DecodeOptions options) {
    return MessageReader.decode(message, options, SecretDecoder::decode);
  }

  /** Decodes endpoints. */
  public static Decoded<ClusterLoadAssignment> clusterLoadAssignment(
      io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment message, DecodeOptions options) {
    return MessageReader.decode(message, options, EndpointDecoder::decode);
  }
}
