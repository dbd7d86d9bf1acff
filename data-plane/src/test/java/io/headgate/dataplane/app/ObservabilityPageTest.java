package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A proxy starts with each example of {@code docs/observability.md}. */
class ObservabilityPageTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\\n# (hcm|bootstrap)\\n(.*?)```", Pattern.DOTALL);

  private static final String CONFIG =
      """
      node: {id: p, cluster: c}
      BOOTSTRAP
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
                HCM
                http_filters:
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                route_config:
                  name: table
                  virtual_hosts:
                  - {name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}
        clusters:
        - {name: otel, load_assignment: {cluster_name: otel, endpoints: []}}
        - {name: metrics, load_assignment: {cluster_name: metrics, endpoints: []}}
      """;

  @TempDir private Path directory = Path.of("");

  @TestFactory
  Stream<DynamicTest> examples() throws Exception {
    Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("../docs/observability.md")));
    List<DynamicTest> tests = new ArrayList<>();
    while (matcher.find()) {
      boolean hcm = matcher.group(1).equals("hcm");
      String text = matcher.group(2);
      String config =
          CONFIG
              .replace("HCM", hcm ? text.indent(10).strip() : "")
              .replace("BOOTSTRAP", hcm ? "" : text.strip())
              .replace("/var/log/headgate", directory.toString());
      tests.add(DynamicTest.dynamicTest(matcher.group(1) + tests.size(), () -> starts(config)));
    }
    assertThat(tests).hasSize(3);
    return tests.stream();
  }

  private static void starts(String config) throws Exception {
    try (ProxyServer server =
        new ProxyServer(
            BootstrapLoader.load(
                new Options.Source(null, config, false, false), new Options.Identity(null, null)),
            new ProxyServer.Settings(1, Duration.ofSeconds(1), null, null, false))) {
      server.start();
      server.live().get(10, TimeUnit.SECONDS);
      assertThat(server.port("web")).isPositive();
    }
  }
}
