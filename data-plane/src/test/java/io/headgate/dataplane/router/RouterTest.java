package io.headgate.dataplane.router;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.endpoint.LoadMetric;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.CircuitBreakers;
import io.headgate.xds.model.Endpoint;
import io.headgate.xds.model.Http1Options;
import io.headgate.xds.model.Metadata;
import io.headgate.xds.model.OutlierDetection;
import io.headgate.xds.model.RetryPolicy;
import io.headgate.xds.model.RetryPolicy.RetryOn;
import io.headgate.xds.model.RouteAction;
import io.headgate.xds.model.RouterConfig;
import io.headgate.xds.model.UpstreamHttp;
import io.headgate.xds.model.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RouterTest {

  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Duration NONE = Duration.ZERO;

  private static final List<Socket> BOUND = new ArrayList<>();

  @AfterAll
  static void close() throws IOException {
    for (Socket socket : BOUND) {
      socket.close();
    }
  }

  /** A port that refuses: bound, so that nobody else gets it, and never listening. */
  private static int deadPort() {
    try {
      Socket socket = new Socket();
      BOUND.add(socket);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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
  void aRefusedConnectIsRetriedOnAnotherHostWithItsBody() {
    try (Backend backend = Backend.answering("alive");
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT,
                null,
                List.of(RouterHarness.at(deadPort(), 1000), RouterHarness.at(backend.port(), 1)))) {
      for (int i = 0; i < 5; i++) {
        FakeStream stream =
            proxy.stream(
                RouterHarness.to(SECONDS, RouterHarness.retry(1, NONE, RetryOn.CONNECT_FAILURE)),
                Method.POST);
        stream.start(proxy.router(), false);
        ByteBuf piece = Unpooled.copiedBuffer("body", ISO_8859_1);
        stream.with(f -> f.onRequestData(piece, true));
        assertThat(stream.await().status).isEqualTo(200);
        assertThat(stream.info.attemptCount).isBetween(1, 2);
        await().until(() -> piece.refCnt() == 0);
      }
      assertThat(backend.requests).allMatch(request -> request.body().equals("body"));
      assertThat(proxy.cluster.breaker(false).retries()).isZero();
    }
  }

  @Test
  void aRefusedConnectWithoutRetriesIs503Uf() {
    try (RouterHarness proxy =
        new RouterHarness(
            CircuitBreakers.DEFAULT, null, List.of(RouterHarness.at(deadPort(), 1)))) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(stream.status).isEqualTo(503);
      assertThat(stream.info.has(ResponseFlag.UPSTREAM_CONNECTION_FAILURE)).isTrue();
      assertThat(stream.info.details())
          .isEqualTo(
              "upstream_reset_before_response_started{remote_connection_failure|"
                  + "delayed_connect_error:_Connection_refused}");
    }
  }

  @Test
  void threeConnectErrorsEjectAndTheRestIsSpared() {
    OutlierDetection fleet =
        new OutlierDetection(
            new OutlierDetection.Consecutive(5, 100),
            new OutlierDetection.Consecutive(5, 0),
            new OutlierDetection.Consecutive(3, 100),
            true,
            new OutlierDetection.Ejection(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(300),
                10,
                true,
                Duration.ZERO));
    try (Backend backend = Backend.answering("alive");
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT,
                fleet,
                List.of(RouterHarness.at(deadPort(), 1), RouterHarness.at(backend.port(), 1)))) {
      int extra = 0;
      for (int i = 0; i < 40; i++) {
        FakeStream stream =
            proxy
                .get(
                    RouterHarness.to(
                        SECONDS, RouterHarness.retry(1, NONE, RetryOn.CONNECT_FAILURE)))
                .await();
        assertThat(stream.status).isEqualTo(200);
        extra += stream.info.attemptCount - 1;
      }
      assertThat(extra).isEqualTo(3);
      assertThat(proxy.cluster.hosts().hosts().getFirst().endpoint().outlier().isEjected())
          .isTrue();
      Scope meters = proxy.meters.cluster("c");
      assertThat(meters.gauge("membership_total").value()).isEqualTo(2);
      assertThat(meters.gauge("membership_healthy").value()).isEqualTo(1);
      assertThat(meters.gauge("outlier_detection.ejections_active").value()).isEqualTo(1);
      assertThat(meters.counter("outlier_detection.ejections_enforced_total").value()).isEqualTo(1);
      proxy.cluster.close();
      assertThat(proxy.cluster.meters().membershipTotal.value()).isZero();
      assertThat(proxy.cluster.meters().ejectionsActive.value()).isZero();
    }
  }

  @Test
  void aResetAfterTheRequestIsRetriedOnlyWhenThatIsSafe() {
    AtomicInteger calls = new AtomicInteger();
    Backend.Script abortOnce =
        (request, out) -> {
          if (calls.getAndIncrement() % 2 == 0) {
            throw new Backend.Abort();
          }
          Backend.ok(out, "second", "");
        };
    Metadata idempotentOnly =
        new Metadata(
            Map.of(
                "headgate", new Value.Obj(Map.of("retry_idempotent_only", new Value.Bool(true)))));
    try (Backend backend = new Backend(abortOnce);
        RouterHarness proxy = RouterHarness.of(backend)) {
      var retry = RouterHarness.retry(1, NONE, RetryOn.RESET);
      FakeStream get = proxy.get(RouterHarness.to("c", SECONDS, retry, idempotentOnly)).await();
      assertThat(get.body()).isEqualTo("second");
      FakeStream post =
          proxy.stream(RouterHarness.to("c", SECONDS, retry, idempotentOnly), Method.POST)
              .start(proxy.router(), true)
              .await();
      assertThat(post.status).isEqualTo(503);
      assertThat(post.info.attemptCount).isEqualTo(1);
      calls.set(0);
      FakeStream optedIn =
          proxy.stream(RouterHarness.to(SECONDS, retry), Method.POST)
              .start(proxy.router(), true)
              .await();
      assertThat(optedIn.body()).isEqualTo("second");
    }
  }

  @Test
  void aConnectionThatClosesUnderAReusedRequestIsReplacedWhereThatIsSafe() {
    AtomicInteger calls = new AtomicInteger();
    try (Backend backend =
            new Backend((request, out) -> {
              if (calls.getAndIncrement() % 2 == 1) {
                throw new Backend.Abort();
              }
              Backend.ok(out, "ok", "");
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      var route =
          RouterHarness.to(SECONDS, RouterHarness.retry(1, NONE, RetryOn.RESET_BEFORE_REQUEST));
      assertThat(proxy.get(route).await().status).isEqualTo(200);
      FakeStream get = proxy.get(route).await();
      assertThat(get.status).isEqualTo(200);
      assertThat(get.info.attemptCount).isEqualTo(2);
      FakeStream post = proxy.stream(route, Method.POST).start(proxy.router(), true).await();
      assertThat(post.status).isEqualTo(503);
      assertThat(post.info.attemptCount).isEqualTo(1);
    }
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
  void serverErrorsAreRetriedAndTheLastOnePasses() {
    AtomicInteger calls = new AtomicInteger();
    try (Backend backend =
            new Backend((request, out) -> {
              calls.incrementAndGet();
              Backend.send(out, "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno");
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream =
          proxy
              .get(RouterHarness.to(SECONDS, RouterHarness.retry(2, NONE, RetryOn.FIVE_XX)))
              .await();
      assertThat(stream.status).isEqualTo(503);
      assertThat(stream.body()).isEqualTo("no");
      assertThat(calls).hasValue(3);
      assertThat(stream.info.has(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED)).isTrue();
      assertThat(proxy.cluster.breaker(false).retries()).isZero();
    }
  }

  @Test
  void theRetryLimitHolds() {
    try (Backend backend =
            new Backend((request, out) ->
                Backend.send(out, "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"));
        RouterHarness proxy =
            new RouterHarness(
                RouterHarness.limits(100, 100, 100, 0),
                null,
                List.of(RouterHarness.at(backend.port(), 1)))) {
      FakeStream stream =
          proxy
              .get(RouterHarness.to(SECONDS, RouterHarness.retry(2, NONE, RetryOn.FIVE_XX)))
              .await();
      assertThat(backend.requests).hasSize(1);
      assertThat(stream.info.has(ResponseFlag.UPSTREAM_OVERFLOW)).isTrue();
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
  void aTryThatTakesTooLongIsRetriedElsewhere() {
    try (Backend stuck = new Backend((request, out) -> {});
        Backend quick = Backend.answering("quick");
        RouterHarness proxy = RouterHarness.of(stuck, quick)) {
      for (int i = 0; i < 2; i++) {
        FakeStream stream =
            proxy
                .get(
                    RouterHarness.to(
                        SECONDS, RouterHarness.retry(1, Duration.ofMillis(400), RetryOn.RESET)))
                .await();
        assertThat(stream.body()).isEqualTo("quick");
      }
      FakeStream last =
          proxy
              .get(
                  RouterHarness.to(
                      Duration.ofMillis(200), RouterHarness.retry(0, NONE, RetryOn.RESET)))
              .await();
      assertThat(last.status).isIn(200, 504);
    }
  }

  @Test
  void beyondThePendingLimitTheAnswerIs503Uo() {
    CountDownLatch go = new CountDownLatch(1);
    try (Backend backend =
            new Backend((request, out) -> {
              awaitLatch(go);
              Backend.ok(out, "done", "");
            });
        RouterHarness proxy =
            new RouterHarness(
                RouterHarness.limits(1, 1, 100, 3),
                null,
                List.of(RouterHarness.at(backend.port(), 1)))) {
      FakeStream first = proxy.get(RouterHarness.to(SECONDS, null));
      await().until(() -> backend.requests.size() == 1);
      FakeStream second = proxy.get(RouterHarness.to(SECONDS, null));
      proxy.settle();
      FakeStream third = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(third.status).isEqualTo(503);
      assertThat(third.info.has(ResponseFlag.UPSTREAM_OVERFLOW)).isTrue();
      assertThat(third.info.details())
          .isEqualTo("upstream_reset_before_response_started{overflow}");
      go.countDown();
      assertThat(first.await().body()).isEqualTo("done");
      assertThat(second.await().body()).isEqualTo("done");
      assertThat(backend.connections).hasValue(1);
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aKilledBackendCostsNoRequestThatMayBeRetried() {
    try (Backend survivor = Backend.answering("s");
        Backend victim = Backend.answering("v");
        RouterHarness proxy = RouterHarness.of(survivor, victim)) {
      var route =
          RouterHarness.to(
              SECONDS, RouterHarness.retry(2, NONE, RetryOn.CONNECT_FAILURE, RetryOn.RESET));
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.get(route).await().status).isEqualTo(200);
      }
      victim.close();
      for (int i = 0; i < 50; i++) {
        assertThat(proxy.get(route).await().body()).isEqualTo("s");
      }
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
            new Http1Options(false, "", true, Http1Options.HeaderCase.LOWER, false));
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
  void aHostThatDrainsFinishesWhatItHasAndGetsNothingNew() {
    CountDownLatch release = new CountDownLatch(1);
    try (Backend slow =
            new Backend((request, out) -> {
              awaitLatch(release);
              Backend.ok(out, "finished", "");
            });
        Backend other = Backend.answering("other");
        RouterHarness proxy = RouterHarness.of(slow)) {
      FakeStream inFlight = proxy.get(RouterHarness.to(SECONDS, null));
      await().until(() -> !slow.requests.isEmpty());
      Endpoint plain = Endpoint.of("127.0.0.1", slow.port());
      Endpoint draining =
          new Endpoint(plain.address(), "", Endpoint.HealthStatus.DRAINING, 1000, Metadata.EMPTY);
      // One of two is drained: even in panic it gets nothing.
      proxy.cluster.endpoints(
          RouterHarness.assignment(List.of(draining, RouterHarness.at(other.port(), 1))));
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().body()).isEqualTo("other");
      }
      release.countDown();
      assertThat(inFlight.await().body()).isEqualTo("finished");
      assertThat(slow.requests).hasSize(1);
      await().until(() -> proxy.counter("upstream_cx_destroy_local") == 1);
      // Back in service, it gets new connections.
      proxy.cluster.endpoints(RouterHarness.assignment(List.of(RouterHarness.at(slow.port(), 1))));
      assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().body()).isEqualTo("finished");
      assertThat(slow.connections).hasValue(2);
    }
  }

  @Test
  void highPriorityHasItsOwnLimitsAndConnections() {
    CircuitBreakers.Thresholds none = new CircuitBreakers.Thresholds(9, 9, 0, 1, null);
    try (Backend backend = Backend.answering("x");
        RouterHarness proxy =
            new RouterHarness(
                new CircuitBreakers(none, CircuitBreakers.Thresholds.DEFAULT),
                null,
                List.of(RouterHarness.at(backend.port(), 1)))) {
      RouteAction.Forward to = RouteAction.Forward.to("c");
      RouteAction high =
          new RouteAction.Forward(
              to.clusters(), to.rewrite(), to.timeouts(), null, RouteAction.Priority.HIGH, 503);
      assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().status).isEqualTo(503);
      assertThat(proxy.get(RouterHarness.route(high, Metadata.EMPTY)).await().status)
          .isEqualTo(200);
      assertThat(proxy.cluster.breaker(true).connections()).isOne();
      assertThat(proxy.gauge("circuit_breakers.default.rq_open")).isOne();
      assertThat(proxy.gauge("circuit_breakers.high.rq_open")).isZero();
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
  void aRetryBudgetBoundsRetriesInFlight() {
    CircuitBreakers.Thresholds budget =
        new CircuitBreakers.Thresholds(100, 100, 100, 0, new CircuitBreakers.RetryBudget(0, 1));
    Backend failing =
        new Backend(
            (request, out) -> Backend.send(out, "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"));
    try (failing;
        RouterHarness proxy =
            new RouterHarness(
                new CircuitBreakers(budget, budget),
                null,
                List.of(RouterHarness.at(failing.port(), 1)))) {
      RetryPolicy slow =
          new RetryPolicy(
              Set.of(RetryOn.GATEWAY_ERROR),
              1,
              NONE,
              new RetryPolicy.BackOff(SECONDS, SECONDS),
              Set.of(),
              RetryPolicy.HostSelection.DEFAULT);
      FakeStream waits = proxy.get(RouterHarness.to(Duration.ofSeconds(9), slow));
      await().until(() -> proxy.cluster.breaker(false).retries() == 1);
      FakeStream refused = proxy.get(RouterHarness.to(SECONDS, slow)).await();
      assertThat(refused.status).isEqualTo(503);
      assertThat(refused.info.has(ResponseFlag.UPSTREAM_OVERFLOW)).isTrue();
      assertThat(proxy.counter("upstream_rq_retry_overflow")).isOne();
      assertThat(proxy.gauge("circuit_breakers.default.rq_retry_open")).isOne();
      waits.with(filter -> filter.onDestroy());
      await().until(() -> proxy.cluster.breaker(false).retries() == 0);
    }
  }

  @Test
  void breakersShowThemselves() {
    CircuitBreakers.Thresholds tracked =
        new CircuitBreakers.Thresholds(
            5, 6, 2, 1, null, true, CircuitBreakers.Thresholds.UNLIMITED);
    CountDownLatch release = new CountDownLatch(1);
    try (Backend slow =
            new Backend((request, out) -> {
              awaitLatch(release);
              Backend.ok(out, "x", "");
            });
        RouterHarness proxy =
            new RouterHarness(
                new CircuitBreakers(tracked, CircuitBreakers.Thresholds.DEFAULT),
                null,
                List.of(RouterHarness.at(slow.port(), 1)))) {
      String prefix = "circuit_breakers.default.";
      assertThat(proxy.gauge(prefix + "rq_open")).isZero();
      FakeStream one = proxy.get(RouterHarness.to(SECONDS, null));
      FakeStream two = proxy.get(RouterHarness.to(SECONDS, null));
      await().until(() -> slow.requests.size() == 2);
      assertThat(proxy.gauge(prefix + "rq_open")).isOne();
      assertThat(proxy.gauge(prefix + "remaining_rq")).isZero();
      assertThat(proxy.gauge(prefix + "remaining_cx")).isEqualTo(3);
      assertThat(proxy.gauge(prefix + "remaining_pending")).isEqualTo(6);
      assertThat(proxy.gauge(prefix + "remaining_retries")).isOne();
      assertThat(proxy.gauge("circuit_breakers.high.remaining_rq")).as("not asked for").isZero();
      FakeStream three = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(three.status).isEqualTo(503);
      assertThat(three.info.has(ResponseFlag.UPSTREAM_OVERFLOW)).isTrue();
      assertThat(Objects.requireNonNull(three.local).headers())
          .anyMatch(h -> h.name().equals(HeaderNames.X_ENVOY_OVERLOADED));
      assertThat(proxy.counter("upstream_rq_active_overflow")).isOne();
      release.countDown();
      one.await();
      two.await();
      await().until(() -> proxy.gauge(prefix + "remaining_rq") == 2);
    }
  }

  @Test
  void weightsChangeUnderLoadWithoutReconnects() {
    try (Backend one = Backend.answering("1");
        Backend two = Backend.answering("2");
        RouterHarness proxy = RouterHarness.of(one, two)) {
      for (int i = 0; i < 60; i++) {
        proxy.cluster.endpoints(
            RouterHarness.assignment(
                List.of(
                    RouterHarness.at(one.port(), 1000 + i), RouterHarness.at(two.port(), 1000))));
        assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().status).isEqualTo(200);
      }
      assertThat(one.connections).hasValue(1);
      assertThat(two.connections).hasValue(1);
      assertThat(one.requests.size()).isBetween(25, 35);
    }
  }

  @Test
  void aRemovedHostFinishesItsRequestAndGetsNoOther() {
    CountDownLatch go = new CountDownLatch(1);
    try (Backend leaving =
            new Backend((request, out) -> {
              awaitLatch(go);
              Backend.ok(out, "old", "");
            });
        Backend staying = Backend.answering("new");
        RouterHarness proxy = RouterHarness.of(leaving)) {
      FakeStream inFlight = proxy.get(RouterHarness.to(SECONDS, null));
      await().until(() -> leaving.requests.size() == 1);
      proxy.cluster.endpoints(
          RouterHarness.assignment(List.of(RouterHarness.at(staying.port(), 1))));
      assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().body()).isEqualTo("new");
      go.countDown();
      assertThat(inFlight.await().body()).isEqualTo("old");
      await().until(() -> proxy.cluster.breaker(false).connections() == 1);
    }
  }

  @Test
  void aConfigUpdateKeepsConnections() {
    try (Backend backend = Backend.answering("x");
        RouterHarness proxy = RouterHarness.of(backend)) {
      assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().status).isEqualTo(200);
      proxy.cluster.update(
          RouterHarness.config(RouterHarness.limits(5, 5, 5, 5), OutlierDetection.DEFAULT));
      assertThat(proxy.get(RouterHarness.to(SECONDS, null)).await().status).isEqualTo(200);
      assertThat(backend.connections).hasValue(1);
      assertThat(proxy.cluster.breaker(false).limits().maxConnections()).isEqualTo(5);
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
