package io.headgate.dataplane.router;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.route.RouteTarget;
import io.headgate.xds.model.RetryPolicy;
import io.headgate.xds.model.RetryPolicy.RetryOn;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a request's retries, and which failures are worth one.
 *
 * <p>A failure after the request was sent is retried for idempotent methods only where the route
 * says so; before, no harm can be done. Back-off is full jitter over an interval that doubles up to
 * its cap.
 *
 * <p>Thread: confined to the loop. Spec: Envoy, "x-envoy-retry-on".
 */
final class Retries {

  private final RetryPolicy policy;
  private final boolean sentMayRepeat;
  private int left;
  private int made;
  private Endpoint[] tried = new Endpoint[0];
  private int triedCount;

  /** What is left at the start; null when the route allows none. */
  static @Nullable Retries of(RouteTarget.@Nullable Retry retry, Method method) {
    return retry == null || retry.policy().numRetries() == 0 ? null : new Retries(retry, method);
  }

  private Retries(RouteTarget.Retry retry, Method method) {
    policy = retry.policy();
    left = policy.numRetries();
    sentMayRepeat = !retry.idempotentOnly() || method.isIdempotent();
  }

  /** Whether an answer with this status is worth a retry, if one is left. */
  boolean wants(int status) {
    return sentMayRepeat && (status >= 400) && matches(status);
  }

  private boolean matches(int status) {
    Set<RetryOn> on = policy.retryOn();
    if (status >= 500 && on.contains(RetryOn.FIVE_XX)) {
      return true;
    }
    if (status >= 502 && status <= 504 && on.contains(RetryOn.GATEWAY_ERROR)) {
      return true;
    }
    if (status == 409 && on.contains(RetryOn.RETRIABLE_4XX)) {
      return true;
    }
    return on.contains(RetryOn.RETRIABLE_STATUS_CODES)
        && policy.retriableStatusCodes().contains(status);
  }

  /** Whether the failure is worth a retry, if one is left. */
  boolean wants(Failure failure) {
    Set<RetryOn> on = policy.retryOn();
    if (failure.isOverflow()) {
      return false;
    }
    if (failure.sent() && !sentMayRepeat) {
      return false;
    }
    // A connection that died before anything was read of the request is as good as one that was
    // never made.
    if ((failure.isConnectFailure() || !failure.sent()) && on.contains(RetryOn.CONNECT_FAILURE)) {
      return true;
    }
    if (!failure.sent() && on.contains(RetryOn.RESET_BEFORE_REQUEST)) {
      return true;
    }
    return on.contains(RetryOn.RESET)
        || on.contains(RetryOn.FIVE_XX)
        || on.contains(RetryOn.GATEWAY_ERROR);
  }

  boolean isLeft() {
    return left > 0;
  }

  /** Uses one up after a failure on the endpoint. */
  void use(Endpoint failedOn) {
    left--;
    made++;
    if (triedCount == tried.length) {
      tried = Arrays.copyOf(tried, triedCount + 2);
    }
    tried[triedCount++] = failedOn;
  }

  /** How long to wait before the retry that was used up last. */
  long backOffNanos(RandomGenerator random) {
    long base = policy.backOff().base().toNanos();
    long cap = policy.backOff().max().toNanos();
    long interval = base << Math.min(made - 1, 20);
    return random.nextLong(Math.max(1, Math.min(interval <= 0 ? cap : interval, cap)));
  }

  /** 0 for none of its own. */
  long perTryTimeoutNanos() {
    return policy.perTryTimeout().toNanos();
  }

  /** Endpoints that failed; the first {@link #triedCount} entries. */
  Endpoint[] tried() {
    return tried;
  }

  int triedCount() {
    return triedCount;
  }
}
