package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.ScriptedBackend;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for collectors when a proxy ends is told before it is gone. */
class LastWordsTest {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** More than two batches of spans. */
  private static final int MANY = 1200;

  private final OtlpReceiver receiver = new OtlpReceiver();
  private final ScriptedBackend silent =
      new ScriptedBackend((connection, me) -> {
        me.requests.add(connection.read());
        connection.isClosed();
      });

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private ProxyServer server;

  LastWordsTest() throws IOException {}

  @AfterEach
  void close() throws Exception {
    server.close();
    receiver.close();
    silent.close();
  }

  private void start(boolean grpc, int grpcPort, int httpPort) throws Exception {
    String manager =
        Proxies.traced(grpc, "")
            + """
            route_config:
              name: table
              virtual_hosts:
              - name: all
                domains: ["*"]
                routes:
                - {match: {prefix: /silent}, route: {cluster: silent, timeout: 0s}}
                - {match: {prefix: /}, direct_response: {status: 200}}
            """;
    server =
        Proxies.live(
            Proxies.metrics("299s")
                + Proxies.web(manager, "")
                + Proxies.cluster("silent", "", silent.address().getPort())
                + Proxies.collector(grpcPort, httpPort),
            1,
            DRAIN);
  }

  private RawClient client() throws Exception {
    return new RawClient(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port("web")));
  }

  private static List<String> urls(List<Span> spans) {
    return spans.stream()
        .map(span -> OtlpReceiver.attributes(span.getAttributesList()).getOrDefault("http.url", ""))
        .map(url -> url.replaceFirst("http://[^/]*", ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void spansAndMetersThatWaitAreTold(boolean grpc) throws Exception {
    start(grpc, receiver.grpcPort(), receiver.httpPort());
    try (RawClient client = client()) {
      client.get("/last");
      assertThat(server.drain()).isTrue();
    }
    assertThat(urls(receiver.spans())).containsExactly("/last");
    assertThat(receiver.metrics).hasSize(1);
    NumberDataPoint point =
        receiver.lastMetric("http.downstream_rq_total").getSum().getDataPointsList().stream()
            .filter(p ->
                "web"
                    .equals(
                        OtlpReceiver.attributes(p.getAttributesList())
                            .get("envoy.http_conn_manager_prefix")))
            .findFirst()
            .orElseThrow();
    assertThat(point.getAsInt()).isEqualTo(1);
  }

  @Test
  void moreThanABatchIsToldToItsEnd() throws Exception {
    start(true, receiver.grpcPort(), receiver.httpPort());
    try (RawClient client = client()) {
      for (int i = 0; i < MANY; i++) {
        client.get("/" + i);
      }
      assertThat(server.drain()).isTrue();
    }
    assertThat(receiver.spans()).hasSize(MANY);
  }

  @Test
  void aRequestThatIsCutOffIsToldToo() throws Exception {
    start(false, receiver.grpcPort(), receiver.httpPort());
    try (RawClient client = client()) {
      client.send("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> silent.requests.size() == 1);
      assertThat(server.drain()).isFalse();
    }
    assertThat(urls(receiver.spans())).containsExactly("/silent");
  }

  @Test
  void aCollectorThatDoesNotAnswerIsWaitedForNoLongerThanTheDrainLasts() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      start(false, mute.getLocalPort(), mute.getLocalPort());
      try (RawClient client = client()) {
        client.get("/last");
      }
      long start = System.nanoTime();
      assertThat(server.drain()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(DRAIN.dividedBy(2), DRAIN.plusSeconds(2));
    }
  }
}
