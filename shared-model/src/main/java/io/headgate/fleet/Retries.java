package io.headgate.fleet;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When and how a request is tried again; null means not set.
 *
 * @param max tries after the first
 * @param rateLimited pauses by what an answer asks for; null for none
 * @param nonIdempotent whether what may have reached a host is tried again whatever its method is
 */
public record Retries(
    int max,
    On on,
    PerTry perTry,
    @Nullable Boolean avoidPreviousHosts,
    @Nullable Integer hostAttempts,
    @Nullable RateLimited rateLimited,
    boolean nonIdempotent) {
  /**
   * What is tried again.
   *
   * @param triggers conditions by Envoy's names; empty for the default
   * @param statusCodes for the condition retriable-status-codes
   * @param responseHeaders for the condition retriable-headers
   * @param requestHeaders when there are any, one must match the request
   */
  public record On(
      List<String> triggers,
      List<Integer> statusCodes,
      List<RouteMatch.ValueMatch> responseHeaders,
      List<RouteMatch.ValueMatch> requestHeaders) {
    public static final On DEFAULT = new On(List.of(), List.of(), List.of(), List.of());

    public On {
      triggers = List.copyOf(triggers);
      statusCodes = List.copyOf(statusCodes);
      responseHeaders = List.copyOf(responseHeaders);
      requestHeaders = List.copyOf(requestHeaders);
    }
  }

  /**
   * One try.
   *
   * @param timeout to the answer's head
   * @param idleTimeout without a byte either way
   */
  public record PerTry(
      @Nullable Duration timeout, @Nullable Duration idleTimeout, @Nullable BackOff backOff) {
    public static final PerTry NONE = new PerTry(null, null, null);
  }

  /** Pauses between tries: they grow from {@code base} to at most {@code max}. */
  public record BackOff(Duration base, Duration max) {}

  /**
   * Pauses by a header of the answer.
   *
   * @param max a header that asks for more is ignored
   */
  public record RateLimited(List<ResetHeader> headers, Duration max) {
    public RateLimited {
      headers = List.copyOf(headers);
    }
  }

  /**
   * A header that says when to come back.
   *
   * @param unixTime whether it is a time in seconds since 1970, else a number of seconds
   */
  public record ResetHeader(String name, boolean unixTime) {}
}
