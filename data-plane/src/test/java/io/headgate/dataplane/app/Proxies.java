package io.headgate.dataplane.app;

import io.headgate.xds.model.bootstrap.Bootstrap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whole proxies in this process, from text. */
final class Proxies {
  private Proxies() {}

  /**
   * A bootstrap with one listener, {@code web}, and one cluster, {@code up}.
   *
   * @param manager what its connection manager has beside its name and the router
   * @param chain what its filter chain has beside its filters
   * @param cluster what the cluster has beside its one endpoint
   * @param port where that listens on loopback
   */
  static String web(String manager, String chain, String cluster, int port) {
    return web(manager, chain) + cluster("up", cluster, port);
  }

  /** The same without a cluster, up to where clusters are. */
  static String web(String manager, String chain) {
    return """
    node: {id: p, cluster: c}
    admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
    static_resources:
      listeners:
      - name: web
        address: {socket_address: {address: 127.0.0.1, port_value: 0}}
        filter_chains:
        - filters:
          - name: manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: web
              http_filters:
              - name: router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
    """
        + manager.indent(10)
        + chain.indent(6)
        + "  clusters:\n";
  }

  /**
   * A cluster.
   *
   * @param more what it has beside its endpoints
   * @param ports where these listen on loopback
   */
  static String cluster(String name, String more, int... ports) {
    StringBuilder endpoints = new StringBuilder();
    for (int port : ports) {
      endpoints
          .append(endpoints.isEmpty() ? "" : ", ")
          .append("{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ")
          .append(port)
          .append("}}}}");
    }
    return """
      - name: NAME
        load_assignment: {cluster_name: NAME, endpoints: [{lb_endpoints: [ENDPOINTS]}]}
    """
            .replace("NAME", name)
            .replace("ENDPOINTS", endpoints)
        + more.indent(4);
  }

  /**
   * A connection manager that sends spans to the cluster {@code otel}, or {@code otelhttp}.
   *
   * @param more of its tracing
   */
  static String traced(boolean grpc, String more) {
    return """
    tracing:
      provider:
        name: otel
        typed_config:
          "@type": type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig
          service_name: shop
          SERVICE
    """
            .replace(
                "SERVICE",
                grpc
                    ? "grpc_service: {envoy_grpc: {cluster_name: otel}}"
                    : "http_service: {http_uri: {uri: 'http://otel:4318/v1/traces', cluster:"
                        + " otelhttp, timeout: 60s}}")
        + more.indent(2);
  }

  /** Sends metrics to the cluster {@code otel}, so often. */
  static String metrics(String interval) {
    return """
    stats_flush_interval: INTERVAL
    stats_sinks:
    - name: otel
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig
        grpc_service: {envoy_grpc: {cluster_name: otel}}
    """
        .replace("INTERVAL", interval);
  }

  /** The clusters of a collector. */
  static String collector(int grpcPort, int httpPort) {
    return cluster("otelhttp", "", httpPort)
        + cluster("otel", speaks("{http2_protocol_options: {}}"), grpcPort);
  }

  /** What a cluster speaks, for example {@code {http2_protocol_options: {}}}. */
  static String speaks(String explicitHttpConfig) {
    return """
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: OPTIONS
    """
        .replace("OPTIONS", explicitHttpConfig);
  }

  static Bootstrap bootstrap(String yaml) throws BootstrapLoader.RefusedException {
    return BootstrapLoader.load(
        new Options.Source(null, yaml, false, false), new Options.Identity(null, null));
  }

  /** Starts a proxy on loopback, and waits until it serves. */
  static ProxyServer live(String yaml) throws Exception {
    return live(yaml, 2, Duration.ofSeconds(5));
  }

  /** The same with another number of event loops, and another time to drain. */
  static ProxyServer live(String yaml, int loops, Duration drain) throws Exception {
    ProxyServer server =
        new ProxyServer(
            bootstrap(yaml), new ProxyServer.Settings(loops, drain, "127.0.0.1", null, false));
    try {
      server.start();
      server.live().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      server.close();
      throw e;
    }
    return server;
  }
}
