package io.headgate.xds.codec.message;

import java.util.Map;
import java.util.Set;

/**
 * Known fields that are left unread because they have no effect on a correct result: names in
 * stats, hints for memory, descriptions for people. Documented in the configuration reference;
 * everything else that is set and not implemented is a violation.
 */
public final class NoEffect {
  private static final Map<String, Set<String>> FIELDS =
      Map.ofEntries(
          Map.entry(
              "envoy.config.bootstrap.v3.Bootstrap",
              Set.of(
                  "stats_config",
                  "stats_flush_on_admin",
                  "stats_server_version_override",
                  "deferred_stat_options",
                  "enable_dispatcher_stats",
                  "watchdog",
                  "watchdogs",
                  "memory_allocator_manager",
                  "grpc_async_client_manager_config",
                  "perf_tracing_file_path")),
          Map.entry(
              "envoy.config.bootstrap.v3.Admin",
              Set.of("access_log", "access_log_path", "profile_path", "ignore_global_conn_limit")),
          Map.entry(
              "envoy.config.bootstrap.v3.ClusterManager",
              Set.of("enable_deferred_cluster_creation")),
          Map.entry(
              "envoy.config.core.v3.Node",
              Set.of(
                  "user_agent_name",
                  "user_agent_version",
                  "user_agent_build_version",
                  "extensions",
                  "client_features",
                  "listening_addresses")),
          Map.entry(
              "envoy.config.core.v3.ApiConfigSource",
              Set.of("refresh_delay", "request_timeout", "set_node_on_first_message_only")),
          Map.entry("envoy.config.core.v3.GrpcService", Set.of("timeout")),
          Map.entry(
              "envoy.config.listener.v3.Listener",
              Set.of(
                  "metadata", "traffic_direction", "max_connections_to_accept_per_socket_event")),
          Map.entry("envoy.config.listener.v3.Filter", Set.of("name")),
          Map.entry("envoy.config.listener.v3.ListenerFilter", Set.of("name")),
          Map.entry("envoy.config.listener.v3.FilterChain", Set.of("metadata")),
          Map.entry(
              "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
              Set.of("initial_read_buffer_size")),
          Map.entry("envoy.config.core.v3.TransportSocket", Set.of("name")),
          Map.entry(
              "envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
              Set.of("tlv_as_pool_key")),
          Map.entry("envoy.config.accesslog.v3.AccessLog", Set.of("name")),
          Map.entry("envoy.config.core.v3.SubstitutionFormatString", Set.of("content_type")),
          Map.entry("envoy.config.core.v3.JsonFormatOptions", Set.of("sort_properties")),
          Map.entry("envoy.config.route.v3.RouteConfiguration", Set.of("metadata")),
          Map.entry("envoy.config.route.v3.VirtualHost", Set.of("metadata")),
          Map.entry("envoy.config.route.v3.Route", Set.of("decorator", "tracing", "stat_prefix")),
          Map.entry("envoy.config.route.v3.RouteAction", Set.of("include_vh_rate_limits")),
          Map.entry(
              "envoy.config.route.v3.RouteAction.RequestMirrorPolicy", Set.of("trace_sampled")),
          Map.entry("envoy.config.route.v3.FilterConfig", Set.of("is_optional")),
          Map.entry("envoy.config.route.v3.RetryPolicy.RetryHostPredicate", Set.of("name")),
          Map.entry("envoy.type.matcher.v3.RegexMatcher", Set.of("google_re2")),
          Map.entry(
              "envoy.config.cluster.v3.Cluster",
              Set.of(
                  "alt_stat_name",
                  "track_cluster_stats",
                  "track_timeout_budgets",
                  "cleanup_interval",
                  "ignore_health_on_host_removal",
                  "dns_lookup_family",
                  "dns_refresh_rate",
                  "dns_jitter",
                  "dns_failure_refresh_rate",
                  "respect_dns_ttl")),
          Map.entry(
              "envoy.config.cluster.v3.UpstreamConnectionOptions",
              Set.of("tcp_keepalive", "set_local_interface_name_on_upstream_connections")),
          Map.entry(
              "envoy.config.cluster.v3.Cluster.CommonLbConfig", Set.of("update_merge_window")),
          Map.entry("envoy.config.endpoint.v3.Endpoint", Set.of("health_check_config")),
          Map.entry(
              "envoy.config.endpoint.v3.LocalityLbEndpoints", Set.of("metadata", "proximity")),
          Map.entry(
              "envoy.extensions.filters.http.router.v3.Router",
              Set.of(
                  "dynamic_stats", "start_child_span", "suppress_grpc_request_failure_code_stats")),
          Map.entry(
              "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
              Set.of("stat_prefix")),
          Map.entry(
              "envoy.extensions.filters.http.jwt_authn.v3.JwtProvider",
              Set.of("jwt_cache_config")));

  private NoEffect() {}

  static Set<String> fields(String message) {
    return FIELDS.getOrDefault(message, Set.of());
  }

  /** Message name to its fields without effect, for the configuration reference. */
  public static Map<String, Set<String>> all() {
    return FIELDS;
  }
}
