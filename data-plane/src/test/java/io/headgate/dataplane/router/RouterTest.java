package io.headgate.dataplane.router;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.endpoint.LoadMetric;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.value.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Requests through the router to real backends: bodies, load reports, backpressure, own answers.
 */
class RouterTest {

  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Duration NONE = Duration.ZERO;

  @Test
  void forwardsAndAnswersOverOneConnection() {
    try (Backend backend = Backend.answering("hello");
        RouterHarness proxy = RouterHarness.of(backend)) {
      for (int i = 0; i < 5; i++) {
        FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
        assertThat(stream.status).isEqualTo(200);
        assertThat(stream.body()).isEqualTo("hello");
        assertThat(stream.info.details()).isEqualTo("via_upstream");
        assertThat(stream.info.upstreamHost).isEqualTo("127.0.0.1:" + backend.port());
        assertThat(stream.hasHeader(HeaderNames.X_ENVOY_UPSTREAM_SERVICE_TIME)).isTrue();
      }
      assertThat(backend.connections).hasValue(1);
      assertThat(backend.requests.getFirst().head())
          .startsWith("GET /x?y=1 HTTP/1.1\r\n")
          .contains("host: example.test\r\n")
          .contains("x-envoy-expected-rq-timeout-ms: 5000\r\n");
      assertThat(proxy.cluster.hosts().hosts().getFirst().endpoint().load().active()).isZero();
      assertThat(proxy.cluster.breaker(false).requests()).isZero();
      assertThat(proxy.cluster.breaker(false).pending()).isZero();
    }
  }

  @Test
  void sendsABody() {
    try (Backend backend = Backend.answering("ok");
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.stream(RouterHarness.to(SECONDS, null), Method.POST);
      stream.start(proxy.router(), false);
      List<ByteBuf> sent = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        boolean last = i == 2;
        ByteBuf piece = Unpooled.copiedBuffer("abc", ISO_8859_1);
        sent.add(piece);
        stream.with(f -> f.onRequestData(piece, last));
      }
      assertThat(stream.await().status).isEqualTo(200);
      assertThat(backend.requests.getFirst().body()).isEqualTo("abcabcabc");
      await().until(() -> sent.stream().allMatch(piece -> piece.refCnt() == 0));
    }
  }

  @Test
  void aHeadThatPromisesNoBodyWaitsUntilThatIsTrue() {
    try (Backend backend = Backend.answering("ok");
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream broken = promisingNoBody(proxy);
      FakeStream kept = promisingNoBody(proxy);
      kept.with(f -> f.onRequestData(Unpooled.EMPTY_BUFFER, false));
      proxy.settle();
      assertThat(proxy.cluster.breaker(false).requests()).isZero();

      broken.with(TerminalFilter::onDestroy); // as the codec does to a body that nobody promised
      kept.with(f -> f.onRequestData(Unpooled.EMPTY_BUFFER, true));

      assertThat(kept.await().status).isEqualTo(200);
      assertThat(backend.requests).hasSize(1);
      assertThat(backend.requests.getFirst().head()).contains("content-length: 0\r\n");
    }
  }

  @Test
  void trailersKeepThePromiseOfNoBodyToo() {
    try (Backend backend = Backend.answering("ok");
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = promisingNoBody(proxy);
      stream.with(f -> f.onRequestTrailers(new HeaderBlock(16, 1)));

      assertThat(stream.await().status).isEqualTo(200);
      assertThat(backend.requests).hasSize(1);
    }
  }

  private static FakeStream promisingNoBody(RouterHarness proxy) {
    FakeStream stream = proxy.stream(RouterHarness.to(SECONDS, null), Method.POST);
    stream.head.headers().set(HeaderNames.CONTENT_LENGTH, 0);
    return stream.start(proxy.router(), false);
  }

  @Test
  void aResetInTheMiddleOfTheAnswerBreaksTheStream() {
    try (Backend backend =
            new Backend((request, out) -> {
              Backend.send(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
              throw new Backend.Abort();
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream =
          proxy.get(RouterHarness.to(SECONDS, RouterHarness.retry(3, NONE, RetryOn.RESET))).await();
      assertThat(stream.status).isEqualTo(200);
      assertThat(stream.failure).isNotNull();
      assertThat(backend.requests).hasSize(1);
    }
  }

  @Test
  void theRouteTimeoutIs504Ut() {
    try (Backend backend = new Backend((request, out) -> {});
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.get(RouterHarness.to(Duration.ofMillis(100), null)).await();
      assertThat(stream.status).isEqualTo(504);
      assertThat(stream.info.has(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT)).isTrue();
      assertThat(stream.info.details()).isEqualTo("response_timeout");
      // The connection has an answer outstanding: it must never serve another request.
      await().until(() -> proxy.cluster.breaker(false).connections() == 0);
    }
  }

  @Test
  void orcaIsCountedAndNeverReachesTheClient() {
    try (Backend backend =
            new Backend((request, out) ->
                Backend.ok(
                    out,
                    "x",
                    "Endpoint-Load-Metrics: TEXT"
                        + " application_utilization=0.5,rps_fractional=9\r\n"));
        RouterHarness proxy = RouterHarness.of(backend)) {
      for (int i = 0; i < 3; i++) {
        FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
        assertThat(stream.headers).doesNotContain("load-metrics");
      }
      var load = proxy.cluster.hosts().hosts().getFirst().endpoint().load();
      assertThat(load.metricCount(LoadMetric.RPS)).isEqualTo(3);
      assertThat(load.metricSum(LoadMetric.APPLICATION_UTILIZATION)).isEqualTo(1.5);
      assertThat(load.successes()).isEqualTo(3);
      assertThat(load.latencyNanos()).isPositive();
    }
  }

  @Test
  void orcaInTrailersIsCountedAndNeverReachesTheClient() {
    UpstreamHttp plain = UpstreamHttp.DEFAULT;
    UpstreamHttp http =
        new UpstreamHttp(
            null,
            plain.lifetimes(),
            0,
            plain.maxResponseHeadersCount(),
            plain.maxResponseHeadersKb(),
            new Http1Options(false, "", true, Http1Options.HeaderCase.LOWER, true, false));
    try (Backend backend =
            new Backend((request, out) ->
                Backend.send(
                    out,
                    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
                        // cpu_utilization: 1
                        + "endpoint-load-metrics-bin: CQAAAAAAAPA/\r\nx-other: kept\r\n\r\n"));
        RouterHarness proxy = RouterHarness.with(http, backend)) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(stream.headers)
          .contains("trailers", "x-other: kept")
          .doesNotContain("load-metrics");
      var load = proxy.cluster.hosts().hosts().getFirst().endpoint().load();
      assertThat(load.metricCount(LoadMetric.CPU_UTILIZATION)).isOne();
      assertThat(load.metricSum(LoadMetric.CPU_UTILIZATION)).isEqualTo(1);
      assertThat(proxy.counter("headgate_orca_refused_total")).isZero();
    }
  }

  @Test
  void envoysHeadersAreLeftOutWhereTheRouterIsToldSo() {
    try (Backend backend = Backend.answering("x");
        RouterHarness proxy =
            new RouterHarness(
                RouterHarness.config(RouterHarness.limits(1, 1, 1, 0), null),
                new RouterConfig(true, false),
                List.of(RouterHarness.at(backend.port(), 1)))) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(stream.headers).doesNotContain("x-envoy");
      assertThat(backend.requests.getFirst().head()).doesNotContain("x-envoy");
    }
  }

  @Test
  void aSlowClientStopsTheBackendAndNobodyElse() {
    String piece = "x".repeat(64 * 1024);
    int pieces = 512;
    try (Backend backend =
            new Backend((request, out) -> {
              if (request.head().contains("POST")) {
                Backend.ok(out, "small", "");
                return;
              }
              Backend.send(
                  out,
                  "HTTP/1.1 200 OK\r\ncontent-length: " + piece.length() * pieces + "\r\n\r\n");
              for (int i = 0; i < pieces; i++) {
                Backend.send(out, piece);
              }
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream slow = proxy.stream(RouterHarness.to(NONE, null), Method.GET);
      slow.writable = false;
      slow.keepBody = false;
      slow.start(proxy.router(), true);
      await().until(() -> slow.status == 200);
      for (int i = 0; i < 5; i++) {
        FakeStream other =
            proxy.stream(RouterHarness.to(SECONDS, null), Method.POST)
                .start(proxy.router(), true)
                .await();
        assertThat(other.body()).isEqualTo("small");
      }
      assertThat(slow.bytes).isLessThan(1 << 20);
      slow.writable = true;
      slow.with(filter -> filter.onResponseWritabilityChanged(true));
      assertThat(slow.await().bytes).isEqualTo((long) piece.length() * pieces);
    }
  }

  @Test
  void aStuckBackendPausesTheUpload() throws IOException {
    // The kernel accepts for it; nobody ever reads.
    try (ServerSocket stuck = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT,
                null,
                List.of(RouterHarness.at(stuck.getLocalPort(), 1)))) {
      FakeStream upload = proxy.stream(RouterHarness.to(NONE, null), Method.POST);
      upload.head.headers().set(HeaderNames.CONTENT_LENGTH, 1L << 30);
      upload.start(proxy.router(), false);
      await().until(() -> proxy.cluster.breaker(false).requests() == 1);
      int sent = 0;
      while (!upload.requestPaused && sent < 1000) {
        upload.with(f -> f.onRequestData(Unpooled.wrappedBuffer(new byte[64 * 1024]), false));
        proxy.settle();
        sent++;
      }
      // 64 MiB were offered; the kernel's buffers take a few, ours 1 MiB.
      assertThat(sent).isLessThan(500);
      upload.with(filter -> filter.onDestroy());
      await().until(() -> proxy.cluster.breaker(false).connections() == 0);
    }
  }

  @Test
  void aClientThatLeavesFreesEverything() {
    try (Backend backend = new Backend((request, out) -> {});
        RouterHarness proxy = RouterHarness.of(backend)) {
      List<FakeStream> streams = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        streams.add(proxy.get(RouterHarness.to(SECONDS, null)));
      }
      await().until(() -> backend.requests.size() == 10);
      streams.forEach(stream -> stream.with(filter -> filter.onDestroy()));
      await().until(() -> proxy.cluster.breaker(false).connections() == 0);
      assertThat(proxy.cluster.breaker(false).requests()).isZero();
      assertThat(proxy.cluster.hosts().hosts().getFirst().endpoint().load().active()).isZero();
    }
  }

  @Test
  void answersWithoutABackend() {
    try (RouterHarness proxy = new RouterHarness(CircuitBreakers.DEFAULT, null, List.of())) {
      FakeStream noHost = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(noHost.status).isEqualTo(503);
      assertThat(noHost.info.has(ResponseFlag.NO_HEALTHY_UPSTREAM)).isTrue();

      FakeStream noCluster =
          proxy.get(RouterHarness.to("gone", SECONDS, null, Metadata.EMPTY)).await();
      assertThat(noCluster.info.has(ResponseFlag.NO_CLUSTER_FOUND)).isTrue();

      FakeStream direct =
          proxy
              .get(RouterHarness.route(new RouteAction.DirectResponse(418, "tea"), Metadata.EMPTY))
              .await();
      assertThat(direct.status).isEqualTo(418);
      assertThat(direct.body()).isEqualTo("tea");

      FakeStream redirect =
          proxy
              .get(
                  RouterHarness.route(
                      new RouteAction.Redirect(
                          "https",
                          "",
                          0,
                          new RouteAction.RedirectPath.ReplacePrefix("/new/"),
                          301,
                          false),
                      Metadata.EMPTY))
              .await();
      assertThat(redirect.header("location")).isEqualTo("https://example.test/new/x?y=1");
      assertThat(proxy.stream(RouterHarness.to(SECONDS, null), Method.GET).route()).isNotNull();
    }
  }
}
