package io.headgate.dataplane.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.admin.AdminFacts.Held;
import io.headgate.dataplane.admin.AdminFacts.Stage;
import io.headgate.dataplane.admin.AdminFacts.State;
import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterServices;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.value.Address;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
  private static final String SECRET_KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAxMjM0";

  private final FakeFacts facts = new FakeFacts();
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;

  AdminServerTest() throws Exception {
    server = start();
  }

  private AdminServer start() throws Exception {
    return AdminServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), facts, facts);
  }

  @BeforeEach
  void isUp() {
    assertThat(server.address().getPort()).isPositive();
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String get(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  @Test
  void eventLoopsAreShownWithWhatHeldThemUp() throws Exception {
    assertThat(get("/loops"))
        .contains("   0      12      50        3       1")
        .contains("loop 0 stood still for 250 ms at 1970-01-01T00:00:00Z in io.Example.block");
  }

  @Test
  void certificatesAreShownWithTheirEnd(@TempDir Path directory) throws Exception {
    TestCertificate own = TestCertificate.of("shop.example", directory);
    try (InputStream in = Files.newInputStream(own.chain())) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      facts.certificates.add(
          new CertificateFacts(CertificateFacts.Kind.OWN, "www", List.of(certificate)));
    }
    assertThat(get("/certs").replaceAll("\\s", ""))
        .contains("\"cert_chain\":[{", "{\"dns\":\"shop.example\"}", "\"expiration_time\":")
        .doesNotContain("ca_cert");
  }

  @Test
  void readyTellsTheState() throws Exception {
    assertThat(get("/ready")).isEqualTo("LIVE\n");
    facts.state = State.DRAINING;
    HttpResponse<String> draining = send("GET", "/ready");
    assertThat(draining.statusCode()).isEqualTo(503);
    assertThat(draining.body()).isEqualTo("DRAINING\n");
  }

  @Test
  void serverInfoTellsTheSourceOfTheConfig() throws Exception {
    assertThat(get("/server_info"))
        .contains("\"config_source\":\"live\"")
        .contains("\"version\":\"1.2.3\"")
        .contains("\"uptime_current_epoch\":\"5s\"")
        .contains("\"id\":\"p1\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/drain_listeners",
        "/quitquitquit",
        "/healthcheck/fail",
        "/healthcheck/ok",
        "/reopen_logs"
      })
  void changesArePostOnly(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("POST");
    assertThat(send("POST", path, "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    assertThat(facts.done).isEmpty();
    assertThat(send("POST", path).body()).isEqualTo("OK\n");
    assertThat(facts.done).hasSize(1);
  }

  @Test
  void countersAreSetBack() throws Exception {
    facts.meters.scope("server").counter("c").add(5);
    facts.meters.scope("server").gauge("g").add(6);
    assertThat(send("GET", "/reset_counters").statusCode()).isEqualTo(405);
    assertThat(send("POST", "/reset_counters").body()).isEqualTo("OK\n");
    assertThat(get("/stats")).contains("server.c: 0", "server.g: 6");
    assertThat(get("/stats?format=json&filter=server.g"))
        .isEqualTo("{\"stats\":[{\"name\":\"server.g\",\"value\":6}]}\n");
  }

  @Test
  void logLevelsAreShownAndSet() throws Exception {
    assertThat(send("GET", "/logging").statusCode()).isEqualTo(405);
    assertThat(send("POST", "/logging").body()).isEqualTo("active loggers:\n  root: info\n");
    send("POST", "/logging?level=debug");
    send("POST", "/logging?paths=a.b:trace,c:off");
    assertThat(facts.done).containsExactly("log =debug", "log a.b=trace", "log c=off");
    assertThat(send("POST", "/logging?level=loud").statusCode()).isEqualTo(400);
    assertThat(send("POST", "/logging?paths=x").body()).contains("has no level");
  }

  @Test
  void whatWarmsIsShown() throws Exception {
    assertThat(get("/init_dump")).isEqualTo("{}\n");
    assertThat(get("/runtime")).contains("\"layers\": [\"admin\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?url=nonsense",
        "?url=ftp://x/",
        "?url=http://x/&header=nocolon",
        "?url=http://x/&source=here",
        "?url=http://x/&url=http://y/"
      })
  void aQuestionThatCanNotBeAskedIsRefused(String query) throws Exception {
    HttpResponse<String> response = send("GET", "/explain" + query);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("parameters: url=URL");
  }

  @Test
  void aQuestionThatNobodyWouldAnswerIsExplained() throws Exception {
    assertThat(get("/explain?url=http://x:81/p"))
        .contains("no listener accepts connections on port 81");
  }

  @Test
  void drainsGracefullyWhenAsked() throws Exception {
    send("POST", "/drain_listeners");
    send("POST", "/drain_listeners?graceful");
    assertThat(facts.done).containsExactly("drain false", "drain true");
  }

  @Test
  void runtimeValuesAreShownAndChanged() throws Exception {
    assertThat(send("GET", "/runtime_modify?a=1").statusCode()).isEqualTo(405);
    assertThat(send("POST", "/runtime_modify").statusCode()).isEqualTo(400);
    assertThat(send("POST", "/runtime_modify?routing.new=25&x%20y=%22").body()).isEqualTo("OK\n");
    assertThat(get("/runtime"))
        .contains(
            "\"layers\": [\"admin\"]",
            "\"routing.new\": {\"layer_values\": [\"25\"], \"final_value\": \"25\"}",
            "\"x y\": {\"layer_values\": [\"\\\"\"]");
    assertThat(facts.runtime.integer("routing.new", 0)).isEqualTo(25);
  }

  @Test
  void whatIsUnknownIsRefused() throws Exception {
    assertThat(send("GET", "/nothing").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/config_dump?mask=x").statusCode()).isEqualTo(400);
    assertThat(send("GET", "/stats?format=xml").statusCode()).isEqualTo(400);
    assertThat(send("GET", "/stats?filter=(").statusCode()).isEqualTo(400);
    assertThat(send("POST", "/stats").statusCode()).isEqualTo(405);
    assertThat(get("/help")).contains("/config_dump", "/quitquitquit");
  }

  @Test
  void statsComeInBothFormats() throws Exception {
    Scope scope = facts.meters.scope("http", "envoy_http_conn_manager_prefix", "in\"g");
    scope.counter("downstream_rq_total").add(3);
    scope.counter("downstream_cx_total");
    scope.gauge("downstream_rq_active").set(2);
    scope.histogram("downstream_rq_time").record(7);
    assertThat(get("/stats"))
        .contains("http.in\"g.downstream_rq_total: 3\n")
        .contains("http.in\"g.downstream_rq_active: 2\n")
        .contains("downstream_rq_time: P0(nan,");
    assertThat(get("/stats?usedonly&filter=_total$"))
        .isEqualTo("http.in\"g.downstream_rq_total: 3\n");
    assertThat(get("/stats/prometheus"))
        .contains("# TYPE envoy_http_downstream_rq_total counter\n")
        .contains("envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix=\"in\\\"g\"} 3\n")
        .contains(
            "envoy_http_downstream_rq_time_bucket{envoy_http_conn_manager_prefix=\"in\\\"g\",le=\"+Inf\"}"
                + " 1\n")
        .contains(
            "envoy_http_downstream_rq_time_sum{envoy_http_conn_manager_prefix=\"in\\\"g\"} 7\n");
    assertThat(get("/stats?format=prometheus")).isEqualTo(get("/stats/prometheus"));
    assertThat(get("/stats/prometheus?usedonly&filter=in.g.*_total$"))
        .isEqualTo(
            "# TYPE envoy_http_downstream_rq_total counter\n"
                + "envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix=\"in\\\"g\"} 3\n");
  }

  @Test
  void clustersAndListenersAreShown() throws Exception {
    ClusterServices services =
        new ClusterServices(
            List.of(),
            http ->
                (loop, address, options, result) -> {
                  throw new IllegalStateException("nobody connects here");
                },
            System::nanoTime,
            SplittableRandom::new,
            facts.meters);
    facts.clusters.add(Cluster.create(cluster("backend"), services));
    assertThat(get("/clusters"))
        .contains("backend::default_priority::max_connections::1024\n")
        .contains("backend::10.0.0.1:80::health_flags::healthy\n")
        .contains("backend::10.0.0.1:80::weight::1\n")
        .contains("backend::10.0.0.1:80::rq_total::0\n");
    assertThat(get("/clusters?format=json"))
        .contains("\"name\":\"backend\"", "\"address\":\"10.0.0.1\"", "\"port_value\":80");
    assertThat(get("/listeners")).isEqualTo("main::127.0.0.1:8080\n");
    assertThat(get("/listeners?format=json"))
        .contains("\"listener_statuses\"", "\"port_value\":8080");
  }

  private static io.headgate.xds.model.Cluster cluster(String name) {
    return new io.headgate.xds.model.Cluster(
        name,
        new EndpointSource.Static(
            new ClusterLoadAssignment(
                name,
                List.of(
                    new LocalityEndpoints(
                        Locality.NONE, 0, 0, List.of(Endpoint.of("10.0.0.1", 80)))))),
        LoadBalancing.DEFAULT,
        Duration.ofSeconds(1),
        CircuitBreakers.DEFAULT,
        null,
        ClusterOptions.DEFAULT);
  }

  private static Listener listener() {
    JwtProvider provider =
        new JwtProvider(
            "me",
            List.of(),
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"" + SECRET_KEY + "\"}]}",
            JwtProvider.TokenSources.DEFAULT,
            JwtProvider.Forwarding.NONE,
            Duration.ofSeconds(60));
    HttpConnectionManager manager =
        new HttpConnectionManager(
            "in",
            new RouteSource.Rds("table", Duration.ZERO),
            List.of(
                new HttpFilter(
                    "jwt",
                    new JwtAuthnConfig(Map.of("p", provider), List.of(), Map.of(), false, false),
                    false,
                    false),
                new HttpFilter("router", RouterConfig.DEFAULT, false, false)),
            List.of(),
            HttpTimeouts.DEFAULT,
            HttpLimits.DEFAULT,
            HttpRules.DEFAULT);
    return new Listener(
        "main",
        new Address("127.0.0.1", 8080),
        List.of(new FilterChain("c", FilterChainMatch.ANY, List.of(manager), null, Duration.ZERO)),
        null,
        ListenerOptions.DEFAULT);
  }

  @Test
  void configDumpHasEnvoysShapeAndNoSecrets() throws Exception {
    facts.held.add(new Held(Stage.STATIC, "", THEN, cluster("fixed")));
    facts.held.add(new Held(Stage.ACTIVE, "v1", THEN, cluster("live")));
    facts.held.add(new Held(Stage.WARMING, "v2", THEN, cluster("soon")));
    facts.held.add(new Held(Stage.ACTIVE, "v3", THEN, listener()));
    facts.held.add(new Held(Stage.WARMING, "v4", THEN, listener()));
    facts.held.add(
        new Held(
            Stage.ACTIVE,
            "v5",
            THEN,
            new RouteConfiguration(
                "table", List.of(), HeaderMutations.NONE, Map.of(), false, false, 4096)));
    facts.held.add(
        new Held(Stage.ACTIVE, "v6", THEN, new ClusterLoadAssignment("live", List.of())));
    String dump = get("/config_dump");
    assertThat(dump)
        .contains("\"@type\":\"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump\"")
        .contains("\"@type\":\"type.googleapis.com/envoy.admin.v3.ClustersConfigDump\"")
        .contains(
            "\"static_clusters\"", "\"dynamic_active_clusters\"", "\"dynamic_warming_clusters\"")
        .contains("\"active_state\"", "\"warming_state\"", "\"dynamic_route_configs\"")
        .contains("\"version_info\":\"v1\"", "\"last_updated\":\"2026-01-02T03:04:05Z\"")
        .contains("HttpConnectionManager", "\"stat_prefix\":\"in\"")
        .contains("[redacted]")
        .doesNotContain(SECRET_KEY)
        .doesNotContain("EndpointsConfigDump");
    assertThat(get("/config_dump?include_eds"))
        .contains("envoy.admin.v3.EndpointsConfigDump", "\"version_info\":\"v6\"");
  }
}
