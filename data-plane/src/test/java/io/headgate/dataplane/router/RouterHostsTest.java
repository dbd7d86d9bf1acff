package io.headgate.dataplane.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.value.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which hosts and connections requests get, within which limits. */
class RouterHostsTest {

  private static final Duration SECONDS = Duration.ofSeconds(5);

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
}
