package io.headgate.xds.model;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * When and how a request is tried again.
 *
 * @param numRetries tries after the first
 * @param perTryTimeout zero for the route's timeout
 */
public record RetryPolicy(
    Set<RetryOn> retryOn,
    int numRetries,
    Duration perTryTimeout,
    BackOff backOff,
    Set<Integer> retriableStatusCodes,
    HostSelection hostSelection) {
  /** Conditions, by Envoy's words. */
  public enum RetryOn {
    FIVE_XX("5xx"),
    GATEWAY_ERROR("gateway-error"),
    RESET("reset"),
    RESET_BEFORE_REQUEST("reset-before-request"),
    CONNECT_FAILURE("connect-failure"),
    RETRIABLE_4XX("retriable-4xx"),
    REFUSED_STREAM("refused-stream"),
    RETRIABLE_STATUS_CODES("retriable-status-codes");

    private final String word;

    RetryOn(String word) {
      this.word = word;
    }

    /** The word in retry_on. */
    public String word() {
      return word;
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
    retriableStatusCodes = Set.copyOf(retriableStatusCodes);
    Checks.atLeast(numRetries, 0, "num_retries");
    Checks.notNegative(perTryTimeout, "per_try_timeout");
  }

  private static EnumSet<RetryOn> copyOf(Set<RetryOn> set) {
    EnumSet<RetryOn> copy = EnumSet.noneOf(RetryOn.class);
    copy.addAll(set);
    return copy;
  }
}
