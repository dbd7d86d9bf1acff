package io.headgate.framing;

import java.nio.file.Path;
import java.util.List;

/** Writes the config that gives a proxy its lanes. */
final class ProxyConfig {
  private static final String HTTP_2 =
      "{max_concurrent_streams: 4, initial_stream_window_size: 65535,"
          + " initial_connection_window_size: 65535, allow_connect: true,"
          + " override_stream_error_on_invalid_http_message: true}";

  private final List<Proxy.Lane> lanes;

  ProxyConfig(List<Proxy.Lane> lanes) {
    this.lanes = lanes;
  }

  /** Returns the config of the proxy of that name. */
  String of(String name, Path home) {
    return switch (name) {
      case "headgate", "envoy" -> envoy();
      case "haproxy" -> haproxy();
      default -> nginx(home);
    };
  }

  private String envoy() {
    StringBuilder listeners = new StringBuilder();
    StringBuilder clusters = new StringBuilder();
    for (int i = 0; i < lanes.size(); i++) {
      listeners.append(
          """
            - name: lane-%1$d
              address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}
              filter_chains:
              - filters:
                - name: envoy.filters.network.http_connection_manager
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                    stat_prefix: lane-%1$d
                    codec_type: %3$s
                    max_request_headers_kb: 2
                    common_http_protocol_options: {max_headers_count: %5$d}
                    http_protocol_options: {enable_trailers: true}
                    http2_protocol_options: %4$s
                    upgrade_configs: [{upgrade_type: websocket}]
                    route_config:
                      name: lane-%1$d
                      virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: ""}, route: {cluster: lane-%1$d}}]}]
                    http_filters:
                    - name: envoy.filters.http.router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          """
              .formatted(
                  i,
                  lanes.get(i).port(),
                  lanes.get(i).side() == Proxy.Side.H2_CLIENT ? "HTTP2" : "HTTP1",
                  HTTP_2,
                  lanes.get(i).side() == Proxy.Side.H2_CLIENT ? 20 : 100));
      clusters.append(
          """
            - name: lane-%1$d
              type: STATIC
              connect_timeout: 1s
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                  common_http_protocol_options: {max_response_headers_kb: 2, max_headers_count: %4$d}
                  explicit_http_config: {%3$s}
              load_assignment: {cluster_name: lane-%1$d, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]}
          """
              .formatted(
                  i,
                  lanes.get(i).backend().port(),
                  lanes.get(i).side() == Proxy.Side.H2_BACKEND
                      ? "http2_protocol_options: " + HTTP_2
                      : "http_protocol_options: {enable_trailers: true}",
                  lanes.get(i).side() == Proxy.Side.H2_BACKEND ? 20 : 100));
    }
    return "static_resources:\n  listeners:\n" + listeners + "  clusters:\n" + clusters;
  }

  private String haproxy() {
    StringBuilder text =
        new StringBuilder(
            """
            global
                nbthread 1
                maxconn 1000
                tune.h2.max-concurrent-streams 4
            defaults
                mode http
                timeout connect 1s
                timeout client 60s
                timeout server 60s
                http-reuse always
            """);
    for (int i = 0; i < lanes.size(); i++) {
      text.append(
          """
          frontend f%1$d
              bind 127.0.0.1:%2$d%4$s
              default_backend b%1$d
          backend b%1$d
              server one 127.0.0.1:%3$d%5$s
          """
              .formatted(
                  i,
                  lanes.get(i).port(),
                  lanes.get(i).backend().port(),
                  lanes.get(i).side() == Proxy.Side.H2_CLIENT ? " proto h2" : "",
                  lanes.get(i).side() == Proxy.Side.H2_BACKEND ? " proto h2" : ""));
    }
    return text.toString();
  }

  private String nginx(Path home) {
    StringBuilder text =
        new StringBuilder(
            """
            daemon off;
            worker_processes 1;
            pid HOME/nginx.pid;
            error_log HOME/nginx-error.log crit;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path HOME/body;
                proxy_temp_path HOME/proxy;
                fastcgi_temp_path HOME/fastcgi;
                uwsgi_temp_path HOME/uwsgi;
                scgi_temp_path HOME/scgi;
                large_client_header_buffers 4 2k;
                http2_max_concurrent_streams 4;
                proxy_request_buffering off;
            """
                .replace("HOME", home.toString()));
    for (int i = 0; i < lanes.size(); i++) {
      text.append(
          """
              upstream b%1$d { server 127.0.0.1:%3$d max_fails=0; keepalive 8; }
              server {
                  listen 127.0.0.1:%2$d%4$s;
                  location / { %5$s }
              }
          """
              .formatted(
                  i,
                  lanes.get(i).port(),
                  lanes.get(i).backend().port(),
                  lanes.get(i).side() == Proxy.Side.H2_CLIENT ? " http2" : "",
                  // It speaks HTTP/2 to backends of gRPC only, but lets any request through.
                  lanes.get(i).side() == Proxy.Side.H2_BACKEND
                      ? "grpc_pass grpc://b" + i + ";"
                      : "proxy_pass http://b"
                          + i
                          + "; proxy_http_version 1.1; proxy_set_header Connection \"\";"
                          + " proxy_set_header Host $host;"));
    }
    return text.append("}\n").toString();
  }
}
