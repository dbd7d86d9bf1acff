package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans and metrics of a whole proxy, as a collector gets them. */
class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Headers> received = new CopyOnWriteArrayList<>();
  private OtlpReceiver receiver;
  private HttpServer backend;

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private ProxyServer server;

  @BeforeEach
  void open() throws Exception {
    receiver = new OtlpReceiver();
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          received.add(exchange.getRequestHeaders());
          int status = exchange.getRequestURI().getPath().equals("/broken") ? 503 : 200;
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    backend.start();
  }

  @AfterEach
  void close() {
    server.close();
    backend.stop(0);
    receiver.close();
    client.close();
  }

  private void start(boolean grpc, String more) throws Exception {
    String manager =
        Proxies.traced(
                grpc,
                """
                custom_tags:
                - {tag: team, literal: {value: blue}}
                - {tag: agent, request_header: {name: x-agent, default_value: none}}
                """
                    + more)
            + """
            route_config:
              name: table
              virtual_hosts:
              - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: next}}]}
            """;
    server =
        Proxies.live(
            Proxies.metrics("1s")
                + Proxies.web(manager, "")
                    .replace("{id: p, cluster: c}", "{id: p1, cluster: edge, locality: {zone: z1}}")
                + Proxies.cluster("next", "", backend.getAddress().getPort())
                + Proxies.collector(receiver.grpcPort(), receiver.httpPort()),
            1,
            Duration.ofSeconds(1));
  }

  private int get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port("web") + path))
            .timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private List<Span> awaitSpans(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> receiver.spans().size() >= count);
    return receiver.spans();
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSpanSaysWhatWasSent(boolean grpc) throws Exception {
    start(grpc, "");
    get("/a?access_token=planted&x=1", "user-agent", "ua", "x-agent", "007");
    Span span = awaitSpans(1).getFirst();
    assertThat(span.getName()).isEqualTo("ingress");
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(span.getParentSpanId().isEmpty()).isTrue();
    assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
    Map<String, String> attributes = OtlpReceiver.attributes(span.getAttributesList());
    assertThat(attributes)
        .containsEntry("node_id", "p1")
        .containsEntry("zone", "z1")
        .containsEntry("http.method", "GET")
        .containsEntry("http.protocol", "HTTP/1.1")
        .containsEntry("http.status_code", "200")
        .containsEntry("response_flags", "-")
        .containsEntry("upstream_cluster", "next")
        .containsEntry("upstream_cluster.name", "next")
        .containsEntry("user_agent", "ua")
        .containsEntry("downstream_cluster", "-")
        .containsEntry("peer.address", "127.0.0.1")
        .containsEntry("request_size", "0")
        .containsEntry("response_size", "0")
        .containsEntry("component", "proxy")
        .containsEntry("team", "blue")
        .containsEntry("agent", "007")
        .containsEntry(
            "http.url", "http://127.0.0.1:" + server.port("web") + "/a?access_token=[redacted]&x=1")
        .containsKey("guid:x-request-id")
        .doesNotContainKey("error");
    assertThat(
            OtlpReceiver.attributes(
                receiver.traces.getFirst().getResourceSpans(0).getResource().getAttributesList()))
        .containsEntry("service.name", "shop")
        .containsEntry("service.instance.id", "p1");
    if (!grpc) {
      assertThat(receiver.contentTypes).containsOnly("application/x-protobuf");
    }
    // The backend was told of exactly this span.
    assertThat(received.getFirst().getFirst("traceparent"))
        .isEqualTo("00-" + hex(span.getTraceId()) + "-" + hex(span.getSpanId()) + "-01");
    await().until(() -> counter("tracing.opentelemetry.spans_sent") == 1);
  }

  @Test
  void aTraceIsTakenUpAndPassedOn() throws Exception {
    start(true, "");
    get("/w", "traceparent", "00-" + TRACE + "-" + PARENT + "-01", "tracestate", "v=1");
    get("/single", "b3", TRACE + "-" + PARENT + "-1");
    get("/multi", "x-b3-traceid", TRACE, "x-b3-spanid", PARENT, "x-b3-sampled", "1");
    get("/broken-parent", "traceparent", "00-zz-1-1");
    List<Span> spans = awaitSpans(4);
    for (int i = 0; i < 3; i++) {
      assertThat(hex(spans.get(i).getTraceId())).isEqualTo(TRACE);
      assertThat(hex(spans.get(i).getParentSpanId())).isEqualTo(PARENT);
      assertThat(received.get(i).getFirst("traceparent"))
          .isEqualTo("00-" + TRACE + "-" + hex(spans.get(i).getSpanId()) + "-01");
    }
    assertThat(spans.get(0).getTraceState()).isEqualTo("v=1");
    assertThat(received.get(0).getFirst("tracestate")).isEqualTo("v=1");
    assertThat(received.get(1).getFirst("b3"))
        .isEqualTo(TRACE + "-" + hex(spans.get(1).getSpanId()) + "-1-" + PARENT);
    assertThat(received.get(2).getFirst("x-b3-spanid")).isEqualTo(hex(spans.get(2).getSpanId()));
    assertThat(received.get(2).getFirst("x-b3-parentspanid")).isEqualTo(PARENT);
    assertThat(hex(spans.get(3).getTraceId())).isNotEqualTo(TRACE);
    assertThat(spans.get(3).getParentSpanId().isEmpty()).isTrue();
  }

  @Test
  void whatIsNotSampledIsNotKeptUnlessItFails() throws Exception {
    start(true, "random_sampling: {value: 0}");
    get("/fine");
    get("/asked", "x-client-trace-id", "abc");
    assertThat(get("/broken")).isEqualTo(503);
    get("/parent-says-no", "traceparent", "00-" + TRACE + "-" + PARENT + "-00");
    List<Span> spans = awaitSpans(2);
    assertThat(spans)
        .extracting(s -> OtlpReceiver.attributes(s.getAttributesList()).get("http.url"))
        .allSatisfy(url -> assertThat(url).matches(".*/(asked|broken)"));
    Span failed =
        spans.stream()
            .filter(s -> s.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR)
            .findFirst()
            .orElseThrow();
    assertThat(OtlpReceiver.attributes(failed.getAttributesList()))
        .containsEntry("http.status_code", "503")
        .containsEntry("error", "true");
    assertThat(received.get(0).getFirst("traceparent")).endsWith("-00");
    assertThat(received.get(1).getFirst("traceparent")).endsWith("-01");
    assertThat(received.get(3).getFirst("traceparent")).startsWith("00-" + TRACE).endsWith("-00");
    assertThat(counter("http.web.tracing.client_enabled")).isEqualTo(1);
  }

  @Test
  void b3ThatLeavesTheChoiceToItsReaderIsSampledByTheOwnShare() throws Exception {
    start(true, "random_sampling: {value: 100}");
    get("/open", "b3", TRACE + "-" + PARENT);
    get("/no", "b3", TRACE + "-" + PARENT + "-0");
    get("/open-too", "x-b3-traceid", TRACE, "x-b3-spanid", PARENT);
    awaitSpans(2);
    assertThat(received.get(0).getFirst("b3")).endsWith("-1-" + PARENT);
    assertThat(received.get(1).getFirst("b3")).endsWith("-0-" + PARENT);
    assertThat(received.get(2).getFirst("x-b3-sampled")).isEqualTo("1");
  }

  @Test
  void theBoundOverAllIsABound() throws Exception {
    start(true, "overall_sampling: {value: 0}");
    get("/asked", "x-client-trace-id", "abc");
    assertThat(received.getFirst().getFirst("traceparent")).endsWith("-00");
  }

  @Test
  void metricsHaveEnvoysNamesAndLabels() throws Exception {
    start(true, "");
    get("/a");
    get("/b");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(receiver.metrics).isNotEmpty();
          Metric metric = receiver.lastMetric("cluster.upstream_rq_total");
          assertThat(metric.getSum().getIsMonotonic()).isTrue();
          NumberDataPoint point =
              metric.getSum().getDataPointsList().stream()
                  .filter(p ->
                      "next"
                          .equals(
                              OtlpReceiver.attributes(p.getAttributesList())
                                  .get("envoy.cluster_name")))
                  .findFirst()
                  .orElseThrow();
          assertThat(point.getAsInt()).isEqualTo(2);
        });
    assertThat(receiver.lastMetric("server.live").getGauge().getDataPoints(0).getAsInt())
        .isEqualTo(1);
    assertThat(
            receiver
                .lastMetric("http.downstream_rq_time")
                .getHistogram()
                .getDataPoints(0)
                .getCount())
        .isEqualTo(2);
  }

  @Test
  void aCollectorThatIsAwayHoldsNothingUp() throws Exception {
    receiver.close();
    start(false, "");
    for (int i = 0; i < 20; i++) {
      assertThat(get("/a")).isEqualTo(200);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> counter("tracing.opentelemetry.spans_dropped") == 20);
  }

  private long counter(String name) {
    return server.meters().all().stream()
        .filter(m -> m.name().equals(name))
        .mapToLong(m ->
            m instanceof io.headgate.dataplane.observe.Meters.CounterMeter c
                ? c.counter().value()
                : -1)
        .findFirst()
        .orElse(-1);
  }
}
