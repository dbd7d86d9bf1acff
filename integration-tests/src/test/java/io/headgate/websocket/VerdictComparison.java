package io.headgate.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same cases direct to a backend and through the proxy: every verdict must be the same. */
final class VerdictComparison {
  private VerdictComparison() {}

  /**
   * Runs the cases twice and compares.
   *
   * @param cases patterns of the cases to run
   * @param expected how many cases these are
   */
  static void run(Autobahn suite, Path directory, List<String> cases, int expected)
      throws IOException, InterruptedException {
    int backend = Ports.free("127.0.0.1");
    int port = Ports.free("127.0.0.1");
    try (ManagedProcess server = suite.server(backend);
        ManagedProcess proxy = proxy(directory, port, backend)) {
      Autobahn.awaitListener(port, proxy);
      Map<String, String> direct = suite.verdicts("direct", backend, cases);
      Map<String, String> through = suite.verdicts("through", port, cases);
      assertThat(server.alive()).isTrue();
      assertThat(direct).hasSize(expected);
      assertThat(direct.values()).as("direct").noneMatch(verdict -> verdict.contains("FAILED"));
      List<String> differences = new ArrayList<>();
      direct.forEach((name, verdict) -> {
        if (!verdict.equals(through.get(name))) {
          differences.add(name + ": " + verdict + " direct, " + through.get(name));
        }
      });
      System.out.println(
          direct.size()
              + " cases, "
              + differences.size()
              + " with another verdict: "
              + differences);
      assertThat(differences).isEmpty();
      assertThat(through).hasSameSizeAs(direct);
    }
  }

  private static ManagedProcess proxy(Path directory, int port, int backend) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("proxy.yaml"),
            """
            static_resources:
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      upgrade_configs: [{upgrade_type: websocket}]
                      route_config:
                        name: web
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          # The backend refuses a Host whose port is not its own.
                          - {match: {prefix: /}, route: {cluster: echo, host_rewrite_literal: "127.0.0.1:%2$d"}}
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: echo
                load_assignment:
                  cluster_name: echo
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]
            """
                .formatted(port, backend));
    return ManagedProcess.start(
        "headgate", Installation.find().proxy(config, 1), Map.of(), directory);
  }
}
