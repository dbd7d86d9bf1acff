package io.headgate.dataplane.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.RouteTimeouts;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every timeout of the upstream side: its counter, its flag, its details, its answer. */
class RouteTimesTest {

  private static final Duration LONG = Duration.ofSeconds(9);
  private static final Duration SHORT = Duration.ofMillis(120);

  private final CountDownLatch never = new CountDownLatch(1);

  private Backend stuck() {
    return new Backend((request, out) -> hang());
  }

  private void hang() {
    try {
      never.await(9, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RetryPolicy policy(int times, RetryPolicy.PerTry perTry, RetryOn... on) {
    return new RetryPolicy(
        Set.of(on),
        times,
        perTry,
        new RetryPolicy.BackOff(Duration.ofMillis(1), Duration.ofMillis(10)),
        null,
        RetryPolicy.Retriable.NONE,
        RetryPolicy.HostSelection.DEFAULT);
  }

  private static RouteEntry route(RouteTimeouts timeouts, @Nullable RetryPolicy retry) {
    RouteAction.Forward to = RouteAction.Forward.to("c");
    return RouterHarness.route(
        new RouteAction.Forward(to.clusters(), to.rewrite(), timeouts, retry, to.priority(), 503),
        Metadata.EMPTY,
        new VirtualHost.AttemptCount(true, true),
        null);
  }

  private static RouteTimeouts response(Duration length) {
    return new RouteTimeouts(length, null, null, null);
  }

  private static String headerOfReply(FakeStream stream, String name) {
    return Objects.requireNonNull(stream.local).headers().stream()
        .filter(h -> h.name().toString().equals(name))
        .map(LocalReply.Header::value)
        .findFirst()
        .orElse("");
  }

  @Test
  void theResponseTimeout() {
    try (Backend backend = stuck();
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.get(route(response(SHORT), null)).await();
      assertThat(stream.status).isEqualTo(504);
      assertThat(stream.info.flags()).isEqualTo(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT.bit());
      assertThat(stream.info.details()).isEqualTo("response_timeout");
      assertThat(Objects.requireNonNull(stream.local).body()).isEqualTo("upstream request timeout");
      assertThat(headerOfReply(stream, "x-envoy-attempt-count")).isEqualTo("1");
      assertThat(proxy.counter("upstream_rq_timeout")).isOne();
      assertThat(proxy.counter("upstream_rq_5xx")).isOne();
    } finally {
      never.countDown();
    }
  }

  @Test
  void theTimeoutOfATry() {
    try (Backend backend = stuck();
        RouterHarness proxy = RouterHarness.of(backend)) {
      RetryPolicy.PerTry perTry = new RetryPolicy.PerTry(SHORT, Duration.ZERO);
      FakeStream stream =
          proxy.get(route(response(LONG), policy(1, perTry, RetryOn.FIVE_XX))).await();
      assertThat(stream.status).isEqualTo(504);
      assertThat(stream.info.flags())
          .isEqualTo(
              ResponseFlag.UPSTREAM_REQUEST_TIMEOUT.bit()
                  | ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED.bit());
      assertThat(stream.info.details()).isEqualTo("upstream_per_try_timeout");
      assertThat(headerOfReply(stream, "x-envoy-attempt-count")).isEqualTo("2");
      assertThat(proxy.counter("upstream_rq_per_try_timeout")).isEqualTo(2);
      assertThat(proxy.counter("upstream_rq_retry")).isOne();
      assertThat(proxy.counter("upstream_rq_retry_backoff_exponential")).isOne();
      assertThat(backend.requests.getFirst().head())
          .contains("x-envoy-expected-rq-timeout-ms: 120\r\n", "x-envoy-attempt-count: 1\r\n");
      assertThat(backend.requests.getLast().head()).contains("x-envoy-attempt-count: 2\r\n");
    } finally {
      never.countDown();
    }
  }

  @Test
  void theIdleTimeoutOfATry() {
    try (Backend backend = stuck();
        RouterHarness proxy = RouterHarness.of(backend)) {
      RetryPolicy.PerTry perTry = new RetryPolicy.PerTry(Duration.ZERO, SHORT);
      FakeStream stream =
          proxy.get(route(response(LONG), policy(1, perTry, RetryOn.RETRIABLE_4XX))).await();
      assertThat(stream.status).isEqualTo(504);
      assertThat(stream.info.flags()).isEqualTo(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT.bit());
      assertThat(stream.info.details()).isEqualTo("upstream_per_try_idle_timeout");
      assertThat(proxy.counter("upstream_rq_per_try_idle_timeout")).isOne();
      assertThat(proxy.counter("upstream_rq_retry")).isZero();
    } finally {
      never.countDown();
    }
  }

  @Test
  void bytesKeepATryFromBeingIdle() {
    Backend dripping =
        new Backend((request, out) -> {
          Backend.send(out, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
          for (int i = 0; i < 5; i++) {
            pause(60);
            Backend.send(out, "x");
          }
        });
    try (dripping;
        RouterHarness proxy = RouterHarness.of(dripping)) {
      RetryPolicy.PerTry perTry = new RetryPolicy.PerTry(Duration.ZERO, Duration.ofMillis(200));
      FakeStream stream = proxy.get(route(response(LONG), policy(0, perTry))).await();
      assertThat(stream.body()).isEqualTo("xxxxx");
      assertThat(proxy.counter("upstream_rq_per_try_idle_timeout")).isZero();
    }
  }

  private void pause(long millis) {
    try {
      never.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static UpstreamHttp maxStream() {
    UpstreamHttp plain = UpstreamHttp.DEFAULT;
    return new UpstreamHttp(
        null,
        new UpstreamHttp.Lifetimes(Duration.ofHours(1), Duration.ZERO, SHORT),
        plain.maxRequestsPerConnection(),
        plain.maxResponseHeadersCount(),
        plain.maxResponseHeadersKb(),
        plain.http1());
  }

  @Test
  void theLongestLifeOfAnUpstreamStream() {
    try (Backend backend = stuck();
        RouterHarness proxy = RouterHarness.with(maxStream(), backend)) {
      FakeStream stream = proxy.get(route(response(LONG), null)).await();
      assertThat(stream.status).isEqualTo(504);
      assertThat(stream.info.flags())
          .isEqualTo(ResponseFlag.UPSTREAM_MAX_STREAM_DURATION_REACHED.bit());
      assertThat(stream.info.details()).isEqualTo("upstream_max_stream_duration_reached");
      assertThat(Objects.requireNonNull(stream.local).body())
          .isEqualTo("upstream max stream duration reached");
      assertThat(proxy.counter("upstream_rq_max_duration_reached")).isOne();
      FakeStream unfinished =
          proxy.stream(route(response(LONG), null), Method.POST).start(proxy.router(), false);
      assertThat(unfinished.await().status).as("the client was slow as well").isEqualTo(408);
    } finally {
      never.countDown();
    }
  }

  @Test
  void aRequestMayChooseItsTimes() {
    try (Backend backend = stuck();
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.stream(route(response(LONG), null), Method.GET);
      stream.head.headers().add(HeaderName.of("x-envoy-upstream-rq-timeout-ms"), "150");
      stream.head.headers().add(HeaderName.of("x-envoy-upstream-rq-per-try-timeout-ms"), "90");
      stream.head.headers().add(HeaderName.of("x-envoy-hedge-on-per-try-timeout"), "true");
      stream.start(proxy.router(), true).await();
      assertThat(stream.status).isEqualTo(504);
      assertThat(stream.info.details()).isEqualTo("upstream_per_try_timeout");
      assertThat(backend.requests.getFirst().head())
          .contains("x-envoy-expected-rq-timeout-ms: 90\r\n")
          .doesNotContain("rq-timeout-ms: 150", "per-try", "hedge");
      FakeStream other = proxy.stream(route(response(LONG), null), Method.GET);
      other.head.headers().add(HeaderName.of("x-envoy-upstream-rq-timeout-ms"), "100");
      other.head.headers().add(HeaderName.of("x-envoy-upstream-rq-timeout-alt-response"), "1");
      other.start(proxy.router(), true).await();
      assertThat(other.status).isEqualTo(204);
      assertThat(other.info.details()).isEqualTo("response_timeout");
    } finally {
      never.countDown();
    }
  }

  @Test
  void aTimeoutThatWasExpectedIsRespectedWhereTheRouterIsToldSo() {
    try (Backend backend = stuck();
        RouterHarness proxy =
            new RouterHarness(
                RouterHarness.config(CircuitBreakers.DEFAULT, null),
                new RouterConfig(true, true),
                List.of(RouterHarness.at(backend.port(), 1)))) {
      FakeStream stream = proxy.stream(route(response(LONG), null), Method.GET);
      stream.head.headers().add(HeaderName.of("x-envoy-expected-rq-timeout-ms"), "110");
      stream.start(proxy.router(), true).await();
      assertThat(stream.info.details()).isEqualTo("response_timeout");
      assertThat(backend.requests.getFirst().head())
          .contains("x-envoy-expected-rq-timeout-ms: 110\r\n");
    } finally {
      never.countDown();
    }
  }

  @Test
  void grpcCallsBringTheirTimeout() {
    RouteTimeouts older =
        new RouteTimeouts(LONG, null, null, new RouteTimeouts.Grpc(SHORT, Duration.ofMillis(20)));
    try (Backend backend = stuck();
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.stream(route(older, null), Method.POST);
      stream.head.headers().add(HeaderName.of("content-type"), "application/grpc+proto");
      stream.head.headers().add(HeaderName.of("grpc-timeout"), "100m");
      stream.start(proxy.router(), true).await();
      assertThat(stream.info.details()).isEqualTo("response_timeout");
      assertThat(backend.requests.getFirst().head())
          .contains("grpc-timeout: 80m\r\n", "x-envoy-expected-rq-timeout-ms: 80\r\n");
      FakeStream greedy = proxy.stream(route(older, null), Method.POST);
      greedy.head.headers().add(HeaderName.of("content-type"), "application/grpc");
      greedy.head.headers().add(HeaderName.of("grpc-timeout"), "1H");
      greedy.start(proxy.router(), true).await();
      assertThat(backend.requests.getLast().head()).contains("grpc-timeout: 120m\r\n");
    } finally {
      never.countDown();
    }
  }

  @Test
  void aConnectThatTakesTooLong() {
    // A backlog that is full answers no SYN.
    try (FullBacklog full = new FullBacklog();
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT, null, List.of(RouterHarness.at(full.port(), 1)))) {
      FakeStream stream = proxy.get(route(response(LONG), null)).await();
      assertThat(stream.status).isEqualTo(503);
      assertThat(stream.info.flags()).isEqualTo(ResponseFlag.UPSTREAM_CONNECTION_FAILURE.bit());
      assertThat(stream.info.details())
          .isEqualTo("upstream_reset_before_response_started{connection_timeout}");
      assertThat(proxy.counter("upstream_cx_connect_timeout")).isOne();
      assertThat(proxy.counter("upstream_cx_connect_fail")).isOne();
      assertThat(proxy.counter("upstream_rq_pending_failure_eject")).isOne();
    }
  }

  @Test
  void aVirtualHostsRetriesHoldForRoutesWithoutTheirOwn() {
    Backend failing =
        new Backend(
            (request, out) -> Backend.send(out, "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"));
    try (failing;
        RouterHarness proxy = RouterHarness.of(failing)) {
      RouteEntry route =
          RouterHarness.route(
              RouteAction.Forward.to("c"),
              Metadata.EMPTY,
              new VirtualHost.AttemptCount(false, true),
              policy(2, RetryPolicy.PerTry.NONE, RetryOn.GATEWAY_ERROR));
      FakeStream stream = proxy.get(route).await();
      assertThat(stream.status).isEqualTo(503);
      assertThat(stream.header("x-envoy-attempt-count")).isEqualTo("3");
      assertThat(failing.requests).hasSize(3);
      assertThat(failing.requests.getLast().head()).doesNotContain("attempt-count");
      assertThat(stream.info.has(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED)).isTrue();
      assertThat(proxy.counter("upstream_rq_retry_limit_exceeded")).isOne();
    }
  }
}
