package io.headgate.dataplane.router;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is tried again, where, and how often. */
class RouterRetriesTest {

  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Duration NONE = Duration.ZERO;

  private static final DeadPort DEAD = new DeadPort();

  @AfterAll
  static void close() {
    DEAD.close();
  }

  @Test
  void aRefusedConnectIsRetriedOnAnotherHostWithItsBody() {
    try (Backend backend = Backend.answering("alive");
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT,
                null,
                List.of(
                    RouterHarness.at(DEAD.port(), 1000), RouterHarness.at(backend.port(), 1)))) {
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

  /** It may have come in one read that is larger than what is kept of a request that was sent. */
  @Test
  void aRefusedConnectCostsNoRequestThatIsLarge() {
    String body = "0123456789abcdef".repeat(10 << 10);
    assertThat(body.length()).isGreaterThan(2 * RouterServices.DEFAULT_REPLAY_BYTES);
    try (Backend backend = Backend.answering("alive");
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT,
                null,
                List.of(
                    RouterHarness.at(DEAD.port(), 1000), RouterHarness.at(backend.port(), 1)))) {
      int triedTwice = 0;
      for (int i = 0; i < 5; i++) {
        FakeStream stream =
            proxy.stream(
                RouterHarness.to(SECONDS, RouterHarness.retry(1, NONE, RetryOn.CONNECT_FAILURE)),
                Method.POST);
        ByteBuf piece = Unpooled.copiedBuffer(body, ISO_8859_1);
        ByteBuf last = Unpooled.copiedBuffer("end", ISO_8859_1);
        proxy.loop.execute(() -> { // in one turn, before anybody knows of the refusal
          stream.start(proxy.router(), false);
          stream.with(f -> f.onRequestData(piece, false));
          stream.with(f -> f.onRequestData(last, true));
        });
        assertThat(stream.await().status).isEqualTo(200);
        triedTwice += stream.info.attemptCount - 1;
        await().until(() -> piece.refCnt() == 0 && last.refCnt() == 0);
      }
      assertThat(triedTwice).isPositive();
      assertThat(backend.requests).allMatch(request -> request.body().equals(body + "end"));
    }
  }

  @Test
  void aRefusedConnectWithoutRetriesIs503Uf() {
    try (RouterHarness proxy =
        new RouterHarness(
            CircuitBreakers.DEFAULT, null, List.of(RouterHarness.at(DEAD.port(), 1)))) {
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
                List.of(RouterHarness.at(DEAD.port(), 1), RouterHarness.at(backend.port(), 1)))) {
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
}
