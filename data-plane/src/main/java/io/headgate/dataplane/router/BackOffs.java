package io.headgate.dataplane.router;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.BackOff;
import io.headgate.xds.model.route.RetryPolicy.RateLimitedBackOff;
import io.headgate.xds.model.route.RetryPolicy.ResetHeader;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a retry: full jitter over an interval that doubles up to its cap, or what
 * the answer asks for and up to a half more.
 *
 * <p>Thread: any. Units: nanoseconds.
 */
final class BackOffs {

  // The shift of the interval that is beyond every cap.
  private static final int MAX_DOUBLINGS = 20;

  private BackOffs() {}

  /** The exponential one, before retry number {@code made}. */
  static long exponential(BackOff backOff, int made, RandomGenerator random) {
    long base = backOff.base().toNanos();
    long cap = backOff.max().toNanos();
    long interval = base << Math.min(made - 1, MAX_DOUBLINGS);
    return random.nextLong(Math.max(1, Math.min(interval <= 0 ? cap : interval, cap)));
  }

  /**
   * What a rate-limited answer asks for; -1 when it asks for nothing, or for more than is granted.
   *
   * @param wallMillis milliseconds since 1970
   */
  static long asked(
      RetryPolicy policy, @Nullable ResponseHead answer, long wallMillis, RandomGenerator random) {
    RateLimitedBackOff limited = policy.rateLimited();
    if (limited == null || answer == null) {
      return -1;
    }
    for (ResetHeader header : limited.resetHeaders()) {
      long millis = millis(header, answer, wallMillis);
      if (millis > 1 && millis <= limited.max().toMillis()) {
        return TimeUnit.MILLISECONDS.toNanos(millis + random.nextLong(Math.max(1, millis / 2)));
      }
    }
    return -1;
  }

  private static long millis(ResetHeader header, ResponseHead answer, long wallMillis) {
    long seconds = AskedByRequest.number(answer.headers().first(HeaderName.of(header.name())));
    if (seconds < 0 || seconds > Integer.MAX_VALUE * 10L) {
      return -1;
    }
    long millis = TimeUnit.SECONDS.toMillis(seconds);
    return header.unixTime() ? millis - wallMillis : millis;
  }
}
