package io.headgate.xds.model.route;

import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When and how a request is tried again.
 *
 * @param numRetries tries after the first
 * @param rateLimited back-off by what an answer asks for; null for never
 */
public record RetryPolicy(
    Set<RetryOn> retryOn,
    int numRetries,
    PerTry perTry,
    BackOff backOff,
    @Nullable RateLimitedBackOff rateLimited,
    Retriable retriable,
    HostSelection hostSelection) {
  /** Conditions, by Envoy's words. */
  public enum RetryOn {
    FIVE_XX("5xx"),
    GATEWAY_ERROR("gateway-error"),
    RESET("reset"),
    RESET_BEFORE_REQUEST("reset-before-request"),
    CONNECT_FAILURE("connect-failure"),
    ENVOY_RATELIMITED("envoy-ratelimited"),
    RETRIABLE_4XX("retriable-4xx"),
    REFUSED_STREAM("refused-stream"),
    RETRIABLE_STATUS_CODES("retriable-status-codes"),
    RETRIABLE_HEADERS("retriable-headers"),
    GRPC_CANCELLED("cancelled"),
    GRPC_DEADLINE_EXCEEDED("deadline-exceeded"),
    GRPC_INTERNAL("internal"),
    GRPC_RESOURCE_EXHAUSTED("resource-exhausted"),
    GRPC_UNAVAILABLE("unavailable");

    private final String word;

    RetryOn(String word) {
      this.word = word;
    }

    /** The word in retry_on. */
    public String word() {
      return word;
    }

    /** Whether it looks at {@code grpc-status}; such words also stand in x-envoy-retry-grpc-on. */
    public boolean isGrpc() {
      return switch (this) {
        case GRPC_CANCELLED,
            GRPC_DEADLINE_EXCEEDED,
            GRPC_INTERNAL,
            GRPC_RESOURCE_EXHAUSTED,
            GRPC_UNAVAILABLE ->
            true;
        case FIVE_XX,
            GATEWAY_ERROR,
            RESET,
            RESET_BEFORE_REQUEST,
            CONNECT_FAILURE,
            ENVOY_RATELIMITED,
            RETRIABLE_4XX,
            REFUSED_STREAM,
            RETRIABLE_STATUS_CODES,
            RETRIABLE_HEADERS ->
            false;
      };
    }

    /** The condition of a word, null when there is none. */
    public static @Nullable RetryOn byWord(String word) {
      for (RetryOn on : values()) {
        if (on.word.equals(word)) {
          return on;
        }
      }
      return null;
    }
  }

  /**
   * How long one try may take.
   *
   * @param timeout to the answer's head; zero for the route's timeout
   * @param idleTimeout without a byte in either direction; zero for none
   */
  public record PerTry(Duration timeout, Duration idleTimeout) {
    public static final PerTry NONE = new PerTry(Duration.ZERO, Duration.ZERO);

    public PerTry {
      Checks.notNegative(timeout, "per_try_timeout");
      Checks.notNegative(idleTimeout, "per_try_idle_timeout");
    }
  }

  /** Full-jitter exponential back-off; Envoy's default is 25 ms base and ten times that as cap. */
  public record BackOff(Duration base, Duration max) {
    public static final BackOff DEFAULT =
        new BackOff(Duration.ofMillis(25), Duration.ofMillis(250));

    public BackOff {
      Checks.positive(base, "base_interval");
      Checks.require(max.compareTo(base) >= 0, "max_interval must be at least base_interval");
    }
  }

  /**
   * Back-off by a header of the answer.
   *
   * @param resetHeaders the first that is there and not above the cap counts
   * @param max a header that asks for more is ignored
   */
  public record RateLimitedBackOff(List<ResetHeader> resetHeaders, Duration max) {
    public static final Duration DEFAULT_MAX = Duration.ofSeconds(300);

    public RateLimitedBackOff {
      resetHeaders = List.copyOf(resetHeaders);
      Checks.require(!resetHeaders.isEmpty(), "reset_headers needs an entry");
      Checks.positive(max, "max_interval");
    }
  }

  /**
   * A header that says when to come back.
   *
   * @param name lower case
   * @param unixTime whether it is a time in seconds since 1970, else a number of seconds
   */
  public record ResetHeader(String name, boolean unixTime) {
    public ResetHeader {
      Checks.notEmpty(name, "name");
    }
  }

  /**
   * Which answers and requests are retried, for conditions that need to know.
   *
   * @param headers of an answer, for retriable-headers; one that matches is enough
   * @param requestHeaders when there are any, one must match the request for any retry
   */
  public record Retriable(
      Set<Integer> statusCodes, List<HeaderMatcher> headers, List<HeaderMatcher> requestHeaders) {
    public static final Retriable NONE = new Retriable(Set.of(), List.of(), List.of());

    public Retriable {
      statusCodes = Set.copyOf(statusCodes);
      headers = List.copyOf(headers);
      requestHeaders = List.copyOf(requestHeaders);
    }
  }

  /**
   * How the host of a retry is chosen.
   *
   * @param maxAttempts how often another host is looked for
   */
  public record HostSelection(boolean avoidPreviousHosts, int maxAttempts) {
    public static final HostSelection DEFAULT = new HostSelection(false, 1);

    public HostSelection {
      Checks.atLeast(maxAttempts, 1, "host_selection_retry_max_attempts");
    }
  }

  public RetryPolicy {
    retryOn = Collections.unmodifiableSet(copyOf(retryOn));
    Checks.atLeast(numRetries, 0, "num_retries");
  }

  /** A policy without the rarer parts. */
  public RetryPolicy(
      Set<RetryOn> retryOn,
      int numRetries,
      Duration perTryTimeout,
      BackOff backOff,
      Set<Integer> retriableStatusCodes,
      HostSelection hostSelection) {
    this(
        retryOn,
        numRetries,
        new PerTry(perTryTimeout, Duration.ZERO),
        backOff,
        null,
        new Retriable(retriableStatusCodes, List.of(), List.of()),
        hostSelection);
  }

  /** How long one try may take to the answer's head; zero for the route's timeout. */
  public Duration perTryTimeout() {
    return perTry.timeout();
  }

  /** Statuses for retriable-status-codes. */
  public Set<Integer> retriableStatusCodes() {
    return retriable.statusCodes();
  }

  private static EnumSet<RetryOn> copyOf(Set<RetryOn> set) {
    EnumSet<RetryOn> copy = EnumSet.noneOf(RetryOn.class);
    copy.addAll(set);
    return copy;
  }
}
