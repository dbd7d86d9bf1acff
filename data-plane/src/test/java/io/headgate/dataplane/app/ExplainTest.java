package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page {@code /explain} of a proxy that runs. */
class ExplainTest {
  private static final String CONFIG =
      """
      node: {id: p, cluster: c}
      admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
      static_resources:
        listeners:
        - name: web
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - name: inner
            filter_chain_match: {source_prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}
            filters:
            - &manager
              name: manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: web
                normalize_path: true
                http_filters:
                - name: tokens
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                    providers: {own: {issuer: me, local_jwks: {inline_string: '{"keys":[{"kty":"oct","k":"cGxhbnRlZC1wbGFudGVkLXBsYW50ZWQtcGxhbnRlZDAx"}]}'}}}
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                route_config:
                  name: table
                  ignore_port_in_host_matching: true
                  virtual_hosts:
                  - name: shop
                    domains: ["shop.example", "*.shop.example"]
                    routes:
                    - name: team
                      match: {prefix: /, headers: [{name: x-team, string_match: {exact: blue}}]}
                      route: {cluster: blue}
                    - name: query
                      match: {path: /find, query_parameters: [{name: q, present_match: true}]}
                      route: {cluster: gone}
                    - name: old
                      match: {prefix: /old}
                      redirect: {path_redirect: /new}
                    - name: rest
                      match: {prefix: /cart}
                      route: {cluster: two, timeout: 3s}
                      typed_per_filter_config:
                        tokens: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}
          - name: outer
            filters: [*manager]
        clusters:
        - name: two
          load_assignment:
            cluster_name: two
            endpoints:
            - lb_endpoints:
              - {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 7001}}}, load_balancing_weight: 3}
              - {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 7002}}}, health_status: UNHEALTHY}
        - name: blue
          load_assignment: {cluster_name: blue, endpoints: []}
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private ProxyServer server;

  @BeforeEach
  void start() throws Exception {
    server = Proxies.live(CONFIG, 1, Duration.ofSeconds(1));
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private String explain(String path, String more) throws Exception {
    String url = "http://shop.example:" + server.port("web") + path;
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:"
                            + server.adminPort()
                            + "/explain?url="
                            + URLEncoder.encode(url, StandardCharsets.UTF_8)
                            + more))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  @Test
  void aForwardedRequestIsFollowedToItsHosts() throws Exception {
    assertThat(explain("/x/../cart?id=1", ""))
        .contains("\"listener\":{\"name\":\"web\"")
        .contains("\"filter_chain\":{\"name\":\"outer\"")
        .contains("\"path_after_normalisation\":\"/cart?id=1\"")
        .contains("\"virtual_host\":{")
        .contains("\"why_not\":\"header x-team is missing\"")
        .contains("\"why_not\":\"the path is not /find\"")
        .contains("\"why_not\":\"the path has no prefix /old\"")
        .contains("\"route\":{\"name\":\"rest\",\"virtual_host\":\"shop\",\"timeout_ms\":3000")
        .contains("\"address\":\"127.0.0.1:7001\",\"candidate\":true")
        .contains("\"weight\":3")
        .contains("\"address\":\"127.0.0.1:7002\",\"candidate\":false")
        .contains("discovery says UNHEALTHY")
        .contains("\"result\":\"forwarded to cluster two\"");
  }

  @Test
  void filtersAreToldWithTheirConfigAndWithoutItsSecrets() throws Exception {
    assertThat(explain("/cart", ""))
        .contains("{\"name\":\"tokens\",\"disabled\":true,\"config\":{\"@type\":")
        .contains("\"issuer\":\"me\"", "[redacted]")
        .contains("\"config_of_routes\":[{\"@type\":")
        .contains("{\"name\":\"router\",\"disabled\":false,\"config\":{\"@type\":")
        .doesNotContain("cGxhbnRlZC");
    assertThat(explain("/other", "")).contains("{\"name\":\"tokens\",\"disabled\":false");
  }

  @Test
  void theConditionsOfTheRequestDecide() throws Exception {
    assertThat(explain("/cart", "&header=x-team:blue&source=10.1.2.3"))
        .contains("\"filter_chain\":{\"name\":\"inner\"")
        .contains("\"route\":{\"name\":\"team\"")
        .contains("503 UH no_healthy_upstream: cluster blue has no host");
    assertThat(explain("/find?q=1", "")).contains("503 NC cluster_not_found: gone");
    assertThat(explain("/find", ""))
        .contains("query parameter q is missing")
        .contains("404 NR route_not_found");
    assertThat(explain("/old/x", "")).contains("\"result\":\"301 redirect\"");
    assertThat(explain("/cart", "&header=host:other"))
        .contains("no domain of any virtual host matches other")
        .contains("404 NR route_not_found");
    assertThat(explain("/cart", "&listener=none")).contains("no listener accepts");
  }

  @Test
  void nothingIsSentOrCounted() throws Exception {
    explain("/cart", "");
    assertThat(
            server.meters().all().stream()
                .filter(m -> m.name().equals("http.web.downstream_rq_total"))
                .map(m -> ((io.headgate.dataplane.observe.Meters.CounterMeter) m).counter().value())
                .toList())
        .containsExactly(0L);
  }

  @Test
  void aProxyThatFailsItsHealthCheckDrains() throws Exception {
    HttpRequest.Builder admin =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.adminPort() + "/healthcheck/fail"));
    HttpRequest.Builder ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/ready"));
    client.send(
        admin.POST(HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.discarding());
    assertThat(client.send(ready.build(), HttpResponse.BodyHandlers.ofString()).body())
        .isEqualTo("DRAINING\n");
    try (java.net.Socket raw =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), server.port("web"))) {
      raw.setSoTimeout(5000);
      raw.getOutputStream()
          .write(
              "GET /old HTTP/1.1\r\nhost: shop.example\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      String answer = new String(raw.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).contains("301").contains("connection: close");
    }
    client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.adminPort() + "/healthcheck/ok"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.discarding());
    assertThat(client.send(ready.build(), HttpResponse.BodyHandlers.ofString()).body())
        .isEqualTo("LIVE\n");
  }
}
