package io.headgate.framing;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One real proxy with its lanes. */
final class Proxy implements AutoCloseable {
  /** A listener of the proxy and the backend behind it. */
  record Lane(int port, Origin origin) {}

  final String name;
  final List<Lane> lanes = new ArrayList<>();
  private final ManagedProcess process;

  Proxy(String name, int laneCount, Path directory) throws IOException {
    this.name = name;
    for (int port : Ports.free("127.0.0.1", laneCount)) {
      lanes.add(new Lane(port, new Origin()));
    }
    Path home = Files.createDirectories(directory.resolve(name));
    Path config =
        home.resolve("config" + (name.equals("headgate") || name.equals("envoy") ? ".yaml" : ""));
    Files.writeString(config, config(home));
    process = ManagedProcess.start(name, command(config, home), Map.of(), home);
    for (Lane lane : lanes) {
      Await.until(
          Duration.ofSeconds(30),
          () -> name + " does not listen: " + process.output(),
          () -> listens(lane));
    }
  }

  private static boolean listens(Lane lane) {
    try (Socket socket = new Socket("127.0.0.1", lane.port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> command(Path config, Path home) {
    return switch (name) {
      case "headgate" ->
          List.of(
              Installation.find().program("headgate-proxy"),
              "-c",
              config.toString(),
              "--concurrency",
              "1");
      case "envoy" -> {
        String program = System.getenv("HEADGATE_ENVOY");
        if (program == null) {
          throw new IllegalStateException(
              "HEADGATE_ENVOY is not set; integration-tests/suite.sh sets it");
        }
        yield List.of(
            program,
            "-c",
            config.toString(),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "-l",
            "warning");
      }
      case "haproxy" -> List.of("haproxy", "-db", "-f", config.toString());
      default -> List.of("nginx", "-p", home.toString(), "-c", config.toString());
    };
  }

  private String config(Path home) {
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
                    codec_type: HTTP1
                    max_request_headers_kb: 2
                    http_protocol_options: {enable_trailers: true}
                    upgrade_configs: [{upgrade_type: websocket}]
                    route_config:
                      name: lane-%1$d
                      virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: ""}, route: {cluster: lane-%1$d}}]}]
                    http_filters:
                    - name: envoy.filters.http.router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          """
              .formatted(i, lanes.get(i).port()));
      clusters.append(
          """
            - name: lane-%1$d
              type: STATIC
              connect_timeout: 1s
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                  common_http_protocol_options: {max_response_headers_kb: 2}
                  explicit_http_config: {http_protocol_options: {enable_trailers: true}}
              load_assignment: {cluster_name: lane-%1$d, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]}
          """
              .formatted(i, lanes.get(i).origin().port()));
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
            defaults
                mode http
                timeout connect 1s
                timeout client 60s
                timeout server 60s
                http-reuse always
            """);
    for (int i = 0; i < lanes.size(); i++) {
      text.append(
          "frontend f%d\n    bind 127.0.0.1:%d\n    default_backend b%d\nbackend b%d\n    server one 127.0.0.1:%d\n"
              .formatted(i, lanes.get(i).port(), i, i, lanes.get(i).origin().port()));
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
                proxy_request_buffering off;
            """
                .replace("HOME", home.toString()));
    for (int i = 0; i < lanes.size(); i++) {
      text.append(
          """
              upstream b%1$d { server 127.0.0.1:%3$d max_fails=0; keepalive 8; }
              server {
                  listen 127.0.0.1:%2$d;
                  location / { proxy_pass http://b%1$d; proxy_http_version 1.1; proxy_set_header Connection ""; }
              }
          """
              .formatted(i, lanes.get(i).port(), lanes.get(i).origin().port()));
    }
    return text.append("}\n").toString();
  }

  @Override
  public void close() throws IOException {
    process.close();
    for (Lane lane : lanes) {
      lane.origin().close();
    }
  }
}
