package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a stream may live: by {@code grpc-timeout} where the route lets it count, else by the
 * route, else by the connection manager. The backend is told the same by {@code grpc-timeout}.
 *
 * <p>Units: nanoseconds; 0 for ever.
 */
final class StreamLife {

  private StreamLife() {}

  static long nanos(HeaderBlock headers, @Nullable StreamRoute route, long ofManager) {
    if (route == null) {
      return ofManager;
    }
    long configured = route.maxStreamDurationNanos();
    long life = configured >= 0 ? configured : ofManager;
    if (route.grpcTimeoutHeaderMaxNanos() < 0) {
      return life;
    }
    long asked = Grpc.timeoutMillis(headers);
    if (asked < 0) {
      return life;
    }
    long granted = granted(TimeUnit.MILLISECONDS.toNanos(asked), route);
    Grpc.timeoutMillis(headers, TimeUnit.NANOSECONDS.toMillis(granted));
    // A call whose time is over has no time, not for ever.
    return Math.max(1, granted);
  }

  private static long granted(long asked, StreamRoute route) {
    long max = route.grpcTimeoutHeaderMaxNanos();
    long granted = max > 0 ? Math.min(asked, max) : asked;
    return Math.max(0, granted - route.grpcTimeoutHeaderOffsetNanos());
  }
}
