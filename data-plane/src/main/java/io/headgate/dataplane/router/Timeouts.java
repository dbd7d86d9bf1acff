package io.headgate.dataplane.router;

import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.route.RouteRetry;
import io.headgate.dataplane.route.RouteTarget.ResponseTimeout;
import io.headgate.xds.model.route.RetryPolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The times of one request: what the route, the request's own headers and gRPC's make of them. As a
 * deadline it is the response timeout.
 *
 * <p>Thread: confined to the loop. Units: milliseconds, as Envoy's headers have them; 0 for none.
 */
final class Timeouts extends Deadline {

  private final RouterStream router;
  private long responseMillis;
  private long perTryMillis;
  private long perTryIdleMillis;
  private boolean alternative;
  private boolean expectedIsTold;
  private boolean grpcIsTold;

  Timeouts(RouterStream router) {
    this.router = router;
  }

  /** Reads everything, and takes the headers that are for the router only. */
  void read(
      RequestHead head,
      ResponseTimeout route,
      @Nullable RouteRetry retry,
      @Nullable AskedByRequest asked,
      RouterTemplate router) {
    responseMillis = route.millis();
    if (route.grpcMaxMillis() >= 0 && Grpc.isGrpc(head.headers())) {
      responseMillis = ofGrpc(head.headers(), route);
      grpcIsTold = true;
    }
    if (retry != null) {
      RetryPolicy.PerTry perTry = retry.policy().perTry();
      perTryMillis = perTry.timeout().toMillis();
      perTryIdleMillis = perTry.idleTimeout().toMillis();
    }
    if (asked != null) {
      long response = asked.takeTimeoutMillis(router.respectExpectedTimeout());
      long perTry = asked.takePerTryMillis();
      responseMillis = response >= 0 ? response : responseMillis;
      perTryMillis = perTry >= 0 ? perTry : perTryMillis;
      alternative = asked.takeAlternative();
    }
    if (responseMillis > 0 && perTryMillis >= responseMillis) {
      perTryMillis = 0; // it would never come first
    }
    expectedIsTold = !router.suppressEnvoyHeaders();
    tell(head.headers(), 0);
  }

  private static long ofGrpc(HeaderBlock headers, ResponseTimeout route) {
    long asked = Math.max(0, Grpc.timeoutMillis(headers));
    if (route.grpcOffsetMillis() < asked) {
      asked -= route.grpcOffsetMillis();
    }
    long max = route.grpcMaxMillis();
    return max > 0 && (asked == 0 || asked > max) ? max : asked;
  }

  /**
   * Tells the backend how long it has; a try later in the request has less.
   *
   * @param goneMillis since the request was complete
   */
  void tell(HeaderBlock headers, long goneMillis) {
    long expected = perTryMillis > 0 ? perTryMillis : responseMillis;
    if (expected == 0) {
      return;
    }
    if (responseMillis > 0) {
      // 0 would mean for ever.
      expected = Math.max(1, Math.min(expected, responseMillis - goneMillis));
    }
    if (expectedIsTold) {
      headers.set(HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, expected);
    }
    if (grpcIsTold) {
      Grpc.timeoutMillis(headers, expected);
    }
  }

  long responseNanos() {
    return TimeUnit.MILLISECONDS.toNanos(responseMillis);
  }

  long perTryNanos() {
    return TimeUnit.MILLISECONDS.toNanos(perTryMillis);
  }

  long perTryIdleNanos() {
    return TimeUnit.MILLISECONDS.toNanos(perTryIdleMillis);
  }

  /** Whether a timeout is answered by 204. */
  boolean alternative() {
    return alternative;
  }

  @Override
  protected void onExpired() {
    router.timedOut();
  }
}
