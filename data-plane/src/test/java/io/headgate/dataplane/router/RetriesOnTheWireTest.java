package io.headgate.dataplane.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each retry condition over real sockets: what it names is tried again, what it does not is not.
 */
class RetriesOnTheWireTest {

  /** How the first try of a backend ends; the switch makes a condition without one an error. */
  private static void fail(RetryOn on, OutputStream out) throws IOException {
    switch (on) {
      case FIVE_XX -> status(out, 500, "");
      case GATEWAY_ERROR -> status(out, 502, "");
      case RESET -> throw new Backend.Abort();
      case ENVOY_RATELIMITED -> status(out, 429, "x-envoy-ratelimited: true\r\n");
      case RETRIABLE_4XX -> status(out, 409, "");
      case RETRIABLE_STATUS_CODES -> status(out, 418, "");
      case RETRIABLE_HEADERS -> status(out, 200, "x-again: yes\r\n");
      case GRPC_CANCELLED -> status(out, 200, "grpc-status: 1\r\n");
      case GRPC_DEADLINE_EXCEEDED -> status(out, 200, "grpc-status: 4\r\n");
      case GRPC_INTERNAL -> status(out, 200, "grpc-status: 13\r\n");
      case GRPC_RESOURCE_EXHAUSTED -> status(out, 200, "grpc-status: 8\r\n");
      case GRPC_UNAVAILABLE -> status(out, 200, "grpc-status: 14\r\n");
      case RESET_BEFORE_REQUEST, CONNECT_FAILURE, REFUSED_STREAM ->
          throw new IllegalStateException("not by an answer");
    }
  }

  private static void status(OutputStream out, int status, String headers) throws IOException {
    Backend.send(out, "HTTP/1.1 " + status + " x\r\ncontent-length: 0\r\n" + headers + "\r\n");
  }

  private static RetryPolicy policy(RetryOn on) {
    return new RetryPolicy(
        Set.of(on),
        1,
        RetryPolicy.PerTry.NONE,
        new RetryPolicy.BackOff(Duration.ofMillis(1), Duration.ofMillis(10)),
        null,
        new RetryPolicy.Retriable(
            Set.of(418),
            List.of(
                new HeaderMatcher(
                    "x-again", new HeaderMatcher.Condition.Present(true), false, false)),
            List.of()),
        new RetryPolicy.HostSelection(true, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = RetryOn.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RESET_BEFORE_REQUEST", "CONNECT_FAILURE", "REFUSED_STREAM"})
  void anAnswerIsTriedAgain(RetryOn on) {
    AtomicInteger tries = new AtomicInteger();
    try (Backend backend =
            new Backend((request, out) -> {
              if (tries.incrementAndGet() == 1) {
                fail(on, out);
              } else {
                Backend.ok(out, "second", "");
              }
            });
        RouterHarness proxy = RouterHarness.of(backend)) {
      FakeStream stream = proxy.get(RouterHarness.to(Duration.ofSeconds(5), policy(on))).await();
      assertThat(stream.body()).isEqualTo("second");
      assertThat(proxy.counter("upstream_rq_retry")).isOne();
      assertThat(proxy.counter("upstream_rq_retry_success")).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RetryOn.class,
      names = {"RESET_BEFORE_REQUEST", "CONNECT_FAILURE"})
  void aHostThatIsGoneIsReplacedByAnother(RetryOn on) {
    try (DeadPort gone = new DeadPort();
        Backend backend = Backend.answering("second");
        RouterHarness proxy =
            new RouterHarness(
                RouterHarness.limits(9, 9, 9, 9),
                null,
                List.of(RouterHarness.at(gone.port(), 1), RouterHarness.at(backend.port(), 1)))) {
      for (int i = 0; i < 4; i++) {
        FakeStream stream = proxy.get(RouterHarness.to(Duration.ofSeconds(5), policy(on))).await();
        assertThat(stream.body()).isEqualTo("second");
      }
      assertThat(proxy.counter("upstream_rq_retry")).as("the one is tried first").isPositive();
    }
  }
}
