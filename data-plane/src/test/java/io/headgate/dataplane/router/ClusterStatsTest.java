package io.headgate.dataplane.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.xds.model.cluster.CircuitBreakers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a cluster counts of requests and connections beside its limits and timeouts. */
class ClusterStatsTest {
  private static final Duration SECONDS = Duration.ofSeconds(5);

  @Test
  void answersAreCountedByCodeAndClass() {
    try (Backend backend =
            new Backend((request, out) ->
                Backend.send(out, "HTTP/1.1 418 Tea\r\ncontent-length: 3\r\n\r\ntea"));
        RouterHarness proxy = RouterHarness.of(backend)) {
      for (int i = 0; i < 3; i++) {
        proxy.get(RouterHarness.to(SECONDS, null)).await();
      }
      assertThat(proxy.counter("upstream_rq_418")).isEqualTo(3);
      assertThat(proxy.counter("upstream_rq_4xx")).isEqualTo(3);
      assertThat(proxy.counter("upstream_rq_completed")).isEqualTo(3);
      assertThat(proxy.counter("upstream_cx_rx_bytes_total")).isEqualTo(3L * 42);
      assertThat(proxy.counter("upstream_cx_tx_bytes_total")).isGreaterThan(3L * 50);
    }
  }

  @Test
  void connectionsAreCountedByWhoEndedThemAndHowMuchTheyServed() {
    try (Backend backend =
            new Backend((request, out) -> {
              Backend.ok(out, "x", "");
              if (request.head().startsWith("POST")) {
                throw new Backend.Abort();
              }
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      proxy.get(RouterHarness.to(SECONDS, null)).await();
      proxy.get(RouterHarness.to(SECONDS, null)).await();
      proxy.stream(RouterHarness.to(SECONDS, null), Method.POST)
          .start(proxy.router(), true)
          .await();
      await().until(() -> proxy.counter("upstream_cx_destroy_remote") == 1);
      assertThat(proxy.counter("upstream_cx_destroy_with_active_rq")).isZero();
      var perConnection = proxy.meters.cluster("c").histogram("upstream_rq_per_cx");
      assertThat(perConnection.sum()).isEqualTo(3);
      assertThat(Arrays.stream(perConnection.counts()).sum()).isOne();
    }
  }

  @Test
  void aConnectionThatEndsUnderItsRequest() {
    try (Backend backend =
            new Backend((request, out) -> {
              throw new Backend.Abort();
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(stream.status).isEqualTo(503);
      assertThat(stream.info.flags()).isEqualTo(ResponseFlag.UPSTREAM_CONNECTION_TERMINATION.bit());
      assertThat(stream.info.details())
          .isEqualTo("upstream_reset_before_response_started{connection_termination}");
      assertThat(proxy.counter("upstream_rq_rx_reset")).isOne();
      await().until(() -> proxy.counter("upstream_cx_destroy_remote_with_active_rq") == 1);
      assertThat(proxy.counter("upstream_rq_503")).as("the answer for it").isOne();
    }
  }

  @Test
  void anAnswerThatIsNone() {
    try (Backend backend =
            new Backend((request, out) -> Backend.send(out, "HTTP/1.1 2OO no\r\n\r\n"));
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null)).await();
      assertThat(stream.status).isEqualTo(502);
      assertThat(stream.info.flags()).isEqualTo(ResponseFlag.UPSTREAM_PROTOCOL_ERROR.bit());
      assertThat(stream.info.details())
          .isEqualTo("upstream_reset_before_response_started{protocol_error}");
      assertThat(proxy.counter("upstream_cx_protocol_error")).isOne();
      await().until(() -> proxy.counter("upstream_cx_destroy_local") == 1);
    }
  }

  @Test
  void aRequestThatIsGivenUpBeforeItHasAConnection() {
    try (FullBacklog full = new FullBacklog();
        RouterHarness proxy =
            new RouterHarness(
                CircuitBreakers.DEFAULT, null, List.of(RouterHarness.at(full.port(), 1)))) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null));
      await().until(() -> proxy.gauge("upstream_rq_pending_active") == 1);
      stream.with(filter -> filter.onDestroy());
      await().until(() -> proxy.counter("upstream_rq_cancelled") == 1);
      assertThat(proxy.gauge("upstream_rq_pending_active")).isZero();
      assertThat(proxy.counter("upstream_rq_tx_reset")).isZero();
    }
  }

  @Test
  void aRequestThatIsGivenUpUnderWay() {
    try (Backend backend = new Backend((request, out) -> {});
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.get(RouterHarness.to(SECONDS, null));
      await().until(() -> backend.requests.size() == 1);
      stream.with(filter -> filter.onDestroy());
      await().until(() -> proxy.counter("upstream_rq_tx_reset") == 1);
      await().until(() -> proxy.counter("upstream_cx_destroy_local") == 1);
      assertThat(proxy.counter("upstream_rq_cancelled")).isZero();
      assertThat(proxy.counter("upstream_rq_rx_reset")).isZero();
    }
  }

  @Test
  void aClientThatDoesNotReadPausesTheBackend() {
    String body = "x".repeat(4 << 20);
    try (Backend backend = Backend.answering(body);
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream slow = proxy.stream(RouterHarness.to(SECONDS, null), Method.GET);
      slow.writable = false;
      slow.start(proxy.router(), true);
      await().until(() -> proxy.counter("upstream_flow_control_paused_reading_total") == 1);
      slow.writable = true;
      slow.with(filter -> filter.onResponseWritabilityChanged(true));
      assertThat(slow.await().bytes).isEqualTo(body.length());
      assertThat(proxy.counter("upstream_flow_control_resumed_reading_total")).isOne();
    }
  }
}
