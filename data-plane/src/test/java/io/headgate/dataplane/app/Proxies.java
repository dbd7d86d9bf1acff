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
        + """
          clusters:
          - name: up
            load_assignment:
              cluster_name: up
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]
        """
            .replace("PORT", Integer.toString(port))
        + cluster.indent(4);
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
    ProxyServer server =
        new ProxyServer(
            bootstrap(yaml),
            new ProxyServer.Settings(2, Duration.ofSeconds(5), "127.0.0.1", null, false));
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
