package io.headgate.dataplane.router;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.route.RouteRetry;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a request's retries, and which answers and failures are worth one: by the route's
 * policy and what the request asks for.
 *
 * <p>A failure after the request was sent is retried for idempotent methods only where the route
 * says so; before, no harm can be done.
 *
 * <p>Thread: confined to the loop. Spec: Envoy, "x-envoy-retry-on" and "x-envoy-retry-grpc-on".
 */
final class Retries {

  private final RouteRetry route;
  private final Set<RetryOn> on;
  private final Set<Integer> statusCodes;
  private final List<HeaderName> headerNames;
  private final boolean sentMayRepeat;
  private int left;
  private int made;
  private Endpoint[] tried = new Endpoint[0];
  private int triedCount;

  private Retries(RouteRetry route, RequestHead head, @Nullable AskedByRequest asked) {
    this.route = route;
    RetryPolicy policy = route.policy();
    int most = asked == null ? -1 : asked.maxRetries();
    left = most >= 0 ? most : policy.numRetries();
    on = asked == null ? policy.retryOn() : asked.conditions(policy.retryOn());
    statusCodes =
        asked == null
            ? policy.retriableStatusCodes()
            : asked.statusCodes(policy.retriableStatusCodes());
    headerNames = asked == null ? List.of() : asked.headerNames();
    sentMayRepeat = !route.idempotentOnly() || head.method().isIdempotent();
  }

  /** What a request has at its start; null when it is never retried. Takes what it asks for. */
  static @Nullable Retries of(
      @Nullable RouteRetry route, RequestHead head, @Nullable AskedByRequest asked) {
    boolean configured = route != null && !route.policy().retryOn().isEmpty();
    Retries retries = null;
    if (configured || (asked != null && asked.wantsRetries())) {
      RouteRetry policy = route == null ? RouteRetry.NONE : route;
      retries = policy.takes(head) ? new Retries(policy, head, asked) : null;
    }
    if (asked != null) {
      asked.removeRetryHeaders();
    }
    return retries;
  }

  /** Whether an answer is worth a retry, if one is left. */
  boolean wants(ResponseHead answer) {
    if (!sentMayRepeat) {
      return false;
    }
    if (answer.headers().contains(HeaderNames.X_ENVOY_RATELIMITED)) {
      return on.contains(RetryOn.ENVOY_RATELIMITED);
    }
    int status = answer.status();
    return (status >= 500 && status < 600 && on.contains(RetryOn.FIVE_XX))
        || (status >= 502 && status <= 504 && on.contains(RetryOn.GATEWAY_ERROR))
        || (status == 409 && on.contains(RetryOn.RETRIABLE_4XX))
        || (on.contains(RetryOn.RETRIABLE_STATUS_CODES) && statusCodes.contains(status))
        || (on.contains(RetryOn.RETRIABLE_HEADERS) && hasRetriableHeader(answer))
        || wantsGrpc(answer);
  }

  private boolean hasRetriableHeader(ResponseHead answer) {
    for (HeaderName name : headerNames) {
      if (answer.headers().contains(name)) {
        return true;
      }
    }
    return route.wants(answer);
  }

  /** A gRPC status in the head: the whole answer is trailers only. */
  private boolean wantsGrpc(ResponseHead answer) {
    return switch (Grpc.status(answer.headers())) {
      case Grpc.CANCELLED -> on.contains(RetryOn.GRPC_CANCELLED);
      case Grpc.DEADLINE_EXCEEDED -> on.contains(RetryOn.GRPC_DEADLINE_EXCEEDED);
      case Grpc.RESOURCE_EXHAUSTED -> on.contains(RetryOn.GRPC_RESOURCE_EXHAUSTED);
      case Grpc.INTERNAL -> on.contains(RetryOn.GRPC_INTERNAL);
      case Grpc.UNAVAILABLE -> on.contains(RetryOn.GRPC_UNAVAILABLE);
      default -> false;
    };
  }

  /** Whether the failure is worth a retry, if one is left. */
  boolean wants(Failure failure) {
    if (failure.isOverflow() || (failure.sent() && !sentMayRepeat)) {
      return false;
    }
    return on.contains(RetryOn.RESET)
        || on.contains(RetryOn.FIVE_XX)
        || on.contains(RetryOn.GATEWAY_ERROR)
        || (!failure.sent() && on.contains(RetryOn.RESET_BEFORE_REQUEST))
        || (failure.kind() == ErrorKind.UPSTREAM_REFUSED_STREAM
            && on.contains(RetryOn.REFUSED_STREAM))
        || (isLikeNoConnection(failure) && on.contains(RetryOn.CONNECT_FAILURE));
  }

  /** A connection that closed before it read anything of the request is like one never made. */
  private static boolean isLikeNoConnection(Failure failure) {
    return failure.isConnectFailure()
        || (!failure.sent() && failure.kind() == ErrorKind.UPSTREAM_CLOSED);
  }

  boolean isLeft() {
    return left > 0;
  }

  /** Uses one up after a failure on the endpoint. */
  void use(Endpoint failedOn) {
    left--;
    made++;
    if (route.policy().hostSelection().avoidPreviousHosts()) {
      if (triedCount == tried.length) {
        tried = Arrays.copyOf(tried, triedCount + 2);
      }
      tried[triedCount++] = failedOn;
    }
  }

  /** How many were used. */
  int made() {
    return made;
  }

  RetryPolicy policy() {
    return route.policy();
  }

  /** Endpoints that failed, when they are to be avoided; the first {@link #triedCount} entries. */
  Endpoint[] tried() {
    return tried;
  }

  int triedCount() {
    return triedCount;
  }

  /** How often another host is looked for. */
  int hostPicks() {
    return route.policy().hostSelection().maxAttempts();
  }
}
