package io.headgate.xds.codec.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.TypeRegistry;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.headgate.proto.extensions.v1.ClientLimits;
import io.headgate.proto.extensions.v1.DirectMemory;
import io.headgate.proto.extensions.v1.EventLoopLag;
import io.headgate.proto.extensions.v1.FileDescriptors;
import io.headgate.proto.extensions.v1.HeaderRules;
import io.headgate.proto.extensions.v1.HeaderRulesPerRoute;
import io.headgate.proto.extensions.v1.HttpLimits;
import io.headgate.proto.extensions.v1.HttpLimitsPerRoute;
import java.util.List;

/** The messages that an {@code Any} may hold, for readers and writers of JSON and YAML. */
public final class EnvoyTypes {
  private static final List<Descriptor> TYPES =
      List.of(
          Bootstrap.getDescriptor(),
          Listener.getDescriptor(),
          RouteConfiguration.getDescriptor(),
          Cluster.getDescriptor(),
          ClusterLoadAssignment.getDescriptor(),
          HttpConnectionManager.getDescriptor(),
          TcpProxy.getDescriptor(),
          ConnectionLimit.getDescriptor(),
          ProxyProtocol.getDescriptor(),
          ProxyProtocolUpstreamTransport.getDescriptor(),
          RawBuffer.getDescriptor(),
          TlsInspector.getDescriptor(),
          ClientLimits.getDescriptor(),
          HttpLimits.getDescriptor(),
          HttpLimitsPerRoute.getDescriptor(),
          Cors.getDescriptor(),
          CorsPolicy.getDescriptor(),
          HeaderRules.getDescriptor(),
          HeaderRulesPerRoute.getDescriptor(),
          FixedHeapConfig.getDescriptor(),
          DownstreamConnectionsConfig.getDescriptor(),
          ScaleTimersOverloadActionConfig.getDescriptor(),
          DirectMemory.getDescriptor(),
          FileDescriptors.getDescriptor(),
          EventLoopLag.getDescriptor(),
          Router.getDescriptor(),
          JwtAuthentication.getDescriptor(),
          PerRouteConfig.getDescriptor(),
          HeaderMutation.getDescriptor(),
          HeaderMutationPerRoute.getDescriptor(),
          FilterConfig.getDescriptor(),
          FileAccessLog.getDescriptor(),
          StdoutAccessLog.getDescriptor(),
          OpenTelemetryConfig.getDescriptor(),
          SinkConfig.getDescriptor(),
          StderrAccessLog.getDescriptor(),
          HttpProtocolOptions.getDescriptor(),
          DownstreamTlsContext.getDescriptor(),
          Secret.getDescriptor(),
          DiscoveryResponse.getDescriptor(),
          SecretsConfigDump.getDescriptor(),
          UpstreamTlsContext.getDescriptor(),
          PreviousHostsPredicate.getDescriptor(),
          PreserveCaseFormatterConfig.getDescriptor(),
          XffConfig.getDescriptor(),
          PreviousRoutesConfig.getDescriptor(),
          SafeCrossSchemeConfig.getDescriptor(),
          AllowListedRoutesConfig.getDescriptor(),
          BootstrapConfigDump.getDescriptor(),
          ClustersConfigDump.getDescriptor(),
          EndpointsConfigDump.getDescriptor(),
          ListenersConfigDump.getDescriptor(),
          RoutesConfigDump.getDescriptor());

  /** All of them, by type URL. */
  public static final TypeRegistry REGISTRY = TypeRegistry.newBuilder().add(TYPES).build();

  private EnvoyTypes() {}
}
