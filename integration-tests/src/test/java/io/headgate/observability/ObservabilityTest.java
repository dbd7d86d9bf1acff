package io.headgate.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.Await;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Headgate tells of the script is what was sent, and what Envoy tells of it. */
class ObservabilityTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  /** Requests with what must be said of them: path, status, flags, route, cluster. */
  private enum Step {
    PLAIN("GET", "/b/1?q=7", "", "", 200, "-", "backend", "backend"),
    BODY("POST", "/b/2", "content-length: 4\r\n", "abcd", 200, "-", "backend", "backend"),
    FAILED("GET", "/b/bad", "x-note: why\r\n", "", 500, "-", "backend", "backend"),
    REWRITTEN("GET", "/re/b/3", "", "", 200, "-", "rewritten", "backend"),
    GRPC(
        "POST",
        "/b/grpc",
        "content-type: application/grpc\r\ncontent-length: 0\r\n",
        "",
        200,
        "-",
        "backend",
        "backend"),
    DIRECT("GET", "/direct", "", "", 418, "-", "direct", ""),
    MOVED("GET", "/moved", "", "", 301, "-", "moved", ""),
    NO_ROUTE("GET", "/none", "x-note: lost\r\n", "", 404, "NR", "", ""),
    DEAD("GET", "/dead", "", "", 503, "UF", "dead", "dead"),
    NO_CLUSTER("GET", "/gone", "", "", 503, "NC", "gone", "gone"),
    TRACED(
        "GET",
        "/b/traced",
        "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01\r\n",
        "",
        200,
        "-",
        "backend",
        "backend"),
    ODD(
        "GET",
        "/b/odd",
        "x-note: \"quoted\" \\ gr\u00fc\u00df\r\n",
        "",
        200,
        "-",
        "backend",
        "backend");

    final String method;
    final String path;
    final String headers;
    final String body;
    final int status;
    final String flags;
    final String route;
    final String cluster;

    Step(
        String method,
        String path,
        String headers,
        String body,
        int status,
        String flags,
        String route,
        String cluster) {
      this.method = method;
      this.path = path;
      this.headers = headers;
      this.body = body;
      this.status = status;
      this.flags = flags;
      this.route = route;
      this.cluster = cluster;
    }

    String request() {
      return method
          + " "
          + path
          + " HTTP/1.1\r\nhost: shop.example\r\nuser-agent: script\r\nconnection: close\r\n"
          + headers
          + "\r\n"
          + body;
    }
  }

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Told headgate;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Told envoy;

  @BeforeAll
  static void run(@TempDir Path directory) throws IOException {
    headgate = new Told(Peer.HEADGATE, directory);
    envoy = new Told(Peer.ENVOY, directory);
    for (Step step : Step.values()) {
      headgate.send(step.request());
      envoy.send(step.request());
    }
  }

  @AfterAll
  static void close() {
    headgate.close();
    envoy.close();
  }

  @Test
  void theLogSaysWhatWasSent() throws IOException {
    List<String> lines = headgate.lines(Step.values().length);
    assertThat(lines).hasSize(Step.values().length);
    for (Step step : Step.values()) {
      assertThat(lines.get(step.ordinal()))
          .as(step.name())
          .contains("\"method\":\"" + step.method + "\"")
          .contains("\"path\":\"" + step.path + "\"")
          .contains("\"status\":" + step.status + ",")
          .contains("\"flags\":\"" + step.flags + "\"")
          .contains("\"received\":" + step.body.length() + ",")
          .contains("\"route\":" + quoted(step.route) + ",");
    }
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "null" : "\"" + text + "\"";
  }

  @Test
  void theLogIsEnvoysLineByLine() throws IOException {
    List<String> ours = headgate.lines(Step.values().length);
    List<String> theirs = envoy.lines(Step.values().length);
    for (Step step : Step.values()) {
      String own = same(ours.get(step.ordinal()));
      String other = same(theirs.get(step.ordinal()));
      assertThat(own).as(step.name()).isEqualTo(other);
    }
  }

  /** Without what differs from run to run, and the reason behind a failed connect. */
  private static String same(String line) {
    return line.replaceAll("\"duration\":[0-9]+", "\"duration\":0")
        .replaceAll("\"id\":\"[^\"]*\"", "\"id\":\"\"")
        .replaceAll("\"trace\":\"(?!" + TRACE + ")[^\"]*\"", "\"trace\":\"\"")
        .replaceAll("127.0.0.1:[0-9]+", "127.0.0.1:0")
        .replaceAll("\"local_port\":[0-9]+", "\"local_port\":0")
        .replaceAll("\\{(remote_connection_failure)[^}]*}", "{$1}");
  }

  @Test
  void filtersChooseTheSame() throws IOException {
    List<String> wanted =
        List.of(
            "500 - [why] /b/bad",
            "200 - [] /b/grpc",
            "404 NR [lost] /none",
            "503 UF [] /dead",
            "503 NC [] /gone");
    List<String> expected = new ArrayList<>(wanted);
    assertThat(envoy.failures(expected.size())).containsExactlyElementsOf(expected);
    assertThat(headgate.failures(expected.size())).containsExactlyElementsOf(expected);
  }

  @Test
  void spansAreEnvoys() {
    Map<String, Span> ours = headgate.spans(Step.values().length);
    Map<String, Span> theirs = envoy.spans(Step.values().length);
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    for (Map.Entry<String, Span> entry : ours.entrySet()) {
      Span own = entry.getValue();
      Span other = Objects.requireNonNull(theirs.get(entry.getKey()));
      assertThat(own.getName()).as(entry.getKey()).isEqualTo(other.getName());
      assertThat(own.getKind()).as(entry.getKey()).isEqualTo(other.getKind());
      assertThat(own.getStatus().getCode()).isEqualTo(other.getStatus().getCode());
      assertThat(own.getFlags()).as(entry.getKey()).isEqualTo(other.getFlags());
      assertThat(own.getParentSpanId()).as(entry.getKey()).isEqualTo(other.getParentSpanId());
      assertThat(comparable(own)).as(entry.getKey()).isEqualTo(comparable(other));
    }
  }

  private static Map<String, String> comparable(Span span) {
    Map<String, String> attributes = new TreeMap<>(Told.attributes(span));
    attributes.replace("guid:x-request-id", "");
    return attributes;
  }

  @Test
  void countersAreEnvoys() throws IOException {
    headgate.lines(Step.values().length);
    Map<String, String> ours = headgate.stats();
    Map<String, String> theirs = envoy.stats();
    for (String name :
        List.of(
            "http.web.downstream_rq_total",
            "http.web.downstream_rq_completed",
            "http.web.downstream_rq_2xx",
            "http.web.downstream_rq_3xx",
            "http.web.downstream_rq_4xx",
            "http.web.downstream_rq_5xx",
            "http.web.downstream_cx_total",
            "http.web.downstream_cx_http1_total",
            "http.web.tracing.random_sampling",
            "cluster.backend.upstream_rq_total",
            "cluster.backend.upstream_rq_2xx",
            "cluster.backend.upstream_rq_5xx",
            "cluster.dead.upstream_cx_connect_fail",
            "cluster.dead.upstream_rq_5xx",
            "cluster.backend.membership_total",
            "server.live")) {
      if (!name.contains("sampling")) {
        assertThat(ours).as(name).containsKey(name);
      }
      assertThat(ours.get(name)).as(name).isEqualTo(theirs.get(name));
    }
  }

  /** Names, kinds, labels and values of what is pushed. */
  @Test
  void pushedMetricsAreEnvoys() {
    long sent = Step.values().length;
    for (Told each : List.of(headgate, envoy)) {
      Await.until(
          Peer.BOUND,
          () -> "metrics of the script: " + each.metrics.values().keySet(),
          () ->
              each.metrics
                      .values()
                      .getOrDefault(
                          "sum http.downstream_rq_total{envoy.http_conn_manager_prefix=web}", 0L)
                  == sent);
    }
    Map<String, Long> ours = headgate.metrics.values();
    Map<String, Long> theirs = envoy.metrics.values();
    // Envoy pushes what was touched.
    Set<String> told = new TreeSet<>(ours.keySet());
    told.removeIf(name -> ours.getOrDefault(name, 0L) == 0);
    assertThat(strange(told, theirs.keySet())).isEmpty();
    for (String name : ours.keySet()) {
      boolean scripted =
          name.contains("=web") || name.contains("name=backend") || name.contains("name=dead");
      if (scripted
          && name.matches("sum (http|cluster)\\.\\w*_rq_\\w*(total|completed|xx|code).*")) {
        assertThat(ours.get(name)).as(name).isEqualTo(theirs.getOrDefault(name, 0L));
      }
    }
  }

  @Test
  void prometheusSeriesAreEnvoys() {
    assertThat(strange(headgate.series(), envoy.series())).isEmpty();
  }

  /** Envoy has figures of a route only when the route asks for them by a prefix. */
  @Test
  void requestsAreCountedByRoute() throws IOException {
    headgate.lines(Step.values().length);
    Map<String, String> stats = headgate.stats();
    for (String route : List.of("backend", "rewritten", "direct", "moved", "dead", "gone")) {
      for (int status = 2; status <= 5; status++) {
        int of = status;
        long sent =
            Stream.of(Step.values())
                .filter(step -> step.route.equals(route) && step.status / 100 == of)
                .count();
        assertThat(stats)
            .containsEntry(
                "headgate.vhost.all.route." + route + ".requests_" + of + "xx_total",
                Long.toString(sent));
      }
    }
    assertThat(headgate.series())
        .contains(
            "headgate_vhost_route_requests_total{code_class=\"2xx\",route=\"backend\",virtual_host=\"all\"}");
  }

  /** What has Envoy's name and is not Envoy's. */
  private static Set<String> strange(Set<String> ours, Set<String> theirs) {
    Set<String> left = anyPort(ours);
    left.removeAll(anyPort(theirs));
    left.removeIf(name -> name.contains("headgate"));
    left.removeIf(name -> name.matches("\\w+_(sum|bucket)([{].*)?")); // as true as their count
    // Trailers of answers count here as well, so the exports themselves do.
    left.removeIf(name -> name.contains("http2") && name.contains("trailers"));
    return left;
  }

  private static Set<String> anyPort(Set<String> names) {
    return names.stream()
        .map(name -> name.replaceAll("127\\.0\\.0\\.1_[0-9]+", "127.0.0.1_0"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
