package io.headgate.tls;

/**
 * A cluster whose backend is a listener of the other proxy, reached by {@code GET /<name>} at the
 * listener {@code upstream}.
 *
 * @param door of the other proxy
 * @param tls what the TLS context holds, in YAML on one line; empty for clear text
 * @param options of HTTP, in YAML on one line; may be empty
 */
record Upstream(String name, String door, String tls, String options) {
  private static final String TYPE = "type.googleapis.com/envoy.extensions.";

  Upstream(String name, String door, String tls) {
    this(name, door, tls, "");
  }

  /** The route to it. */
  String route() {
    return "{match: {path: /" + name + "}, route: {cluster: \"" + name + "\"}}";
  }

  /**
   * The cluster in YAML.
   *
   * @param secure false leaves TLS out
   */
  String yaml(int port, boolean secure) {
    String text =
        """
        - name: %s
          connect_timeout: 2s
          load_assignment:
            cluster_name: %s
            endpoints: [{lb_endpoints: [{endpoint: {hostname: exact.test, address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
        """
            .formatted(name, name, port);
    if (secure) {
      text +=
          """
            transport_socket: {name: tls, typed_config: {"@type": %stransport_sockets.tls.v3.UpstreamTlsContext, %s}}
          """
              .formatted(TYPE, tls)
              .indent(0);
    }
    if (options.isEmpty()) {
      return text;
    }
    return text
        + """
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": %supstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {http_protocol_options: {}}
              upstream_http_protocol_options: {%s}
        """
            .formatted(TYPE, options)
            .indent(0);
  }
}
