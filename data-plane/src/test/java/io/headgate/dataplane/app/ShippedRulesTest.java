package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard and the alert rules name what the page of a proxy has; strangers add no name. */
class ShippedRulesTest {
  private static final Path SHIPPED = Path.of("../deploy/observability");
  private static final Pattern NAME = Pattern.compile("\\b(?:envoy|headgate)_[a-z0-9_]+");
  private static final String CONFIG =
      Proxies.web(
              Proxies.traced(true, "overall_sampling: {value: 0}")
                  + """
                  route_config:
                    name: table
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes: [{match: {prefix: /}, direct_response: {status: 200}}]
                  """,
              "")
          + Proxies.cluster("otel", "outlier_detection: {}", 1);

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

  private String page() throws Exception {
    URI page = URI.create("http://127.0.0.1:" + server.adminPort() + "/stats/prometheus");
    return client
        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"grafana-dashboard.json", "prometheus-rules.yaml"})
  void everyMetricAndLabelExists(String file) throws Exception {
    Set<String> there = new HashSet<>(names(page()));
    Set<String> used = names(Files.readString(SHIPPED.resolve(file)));
    assertThat(used).isNotEmpty();
    assertThat(there).containsAll(used);
  }

  @Test
  void distinctPathsAndHostsAddNoSeries() throws Exception {
    int requests = 100_000;
    send(0, 1000);
    await().until(() -> answered() == 1000);
    int meters = server.meters().all().size();
    long heap = heap();
    send(1000, requests);
    await().atMost(Duration.ofSeconds(15)).until(() -> answered() == requests);
    assertThat(server.meters().all()).hasSize(meters);
    assertThat(heap() - heap).isLessThan(8L << 20);
    assertThat(page()).doesNotContain("/path-", "host-");
  }

  private long answered() {
    return server.meters().all().stream()
        .filter(m -> m.name().equals("http.web.downstream_rq_2xx"))
        .mapToLong(m -> ((io.headgate.dataplane.observe.Meters.CounterMeter) m).counter().value())
        .sum();
  }

  /** Pipelined, a hundred at a time, so that answers never fill the socket. */
  private void send(int from, int to) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("web"))) {
      socket.setSoTimeout(10_000);
      byte[] sink = new byte[1 << 16];
      for (int i = from; i < to; i += 100) {
        StringBuilder batch = new StringBuilder();
        for (int n = i; n < i + 100; n++) {
          batch
              .append("GET /path-")
              .append(n)
              .append("?q=")
              .append(n)
              .append(" HTTP/1.1\r\nhost: host-")
              .append(n)
              .append("\r\n\r\n");
        }
        socket.getOutputStream().write(batch.toString().getBytes(StandardCharsets.US_ASCII));
        int answers = 0;
        while (answers < 100) {
          int read = socket.getInputStream().read(sink);
          assertThat(read).isPositive();
          // Each answer has one line with the word; one that is cut in two is counted later.
          answers = (int) Math.max(answers, answered() - i);
        }
      }
    }
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
