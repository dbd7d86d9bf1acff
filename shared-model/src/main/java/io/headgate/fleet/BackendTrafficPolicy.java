package io.headgate.fleet;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How proxies deal with backends.
 *
 * @param targets services or routes; a route's policy wins over a service's
 */
public record BackendTrafficPolicy(
    ObjectMeta metadata, List<TargetRef> targets, BackendSettings settings) implements FleetObject {

  public BackendTrafficPolicy {
    targets = List.copyOf(targets);
  }

  @Override
  public Kind kind() {
    return Kind.BACKEND_TRAFFIC_POLICY;
  }

  /** What the policy sets; null parts are not set. */
  public record BackendSettings(
      @Nullable LoadBalancing loadBalancing,
      @Nullable CircuitBreakers circuitBreakers,
      @Nullable Ejection ejection,
      @Nullable Retries retries,
      Timeouts timeouts,
      @Nullable Boolean feedback) {
    public static final BackendSettings NONE =
        new BackendSettings(null, null, null, null, Timeouts.NONE, null);
  }

  /** How a host is picked. */
  public sealed interface LoadBalancing {
    /** In turn, by weight. */
    record RoundRobin() implements LoadBalancing {}

    /** The least busy of some hosts drawn at random, by weight. */
    record LeastRequest(int choices) implements LoadBalancing {}
  }

  /** Limits for each proxy and service port; null means not set. */
  public record CircuitBreakers(
      @Nullable Integer connections,
      @Nullable Integer pendingRequests,
      @Nullable Integer requests,
      @Nullable Integer retries) {}

  /**
   * Ejection of hosts by what their requests meet; null means not set, 0 turns a detector off.
   *
   * @param connectErrors in a row; the fleet's default is {@value #DEFAULT_CONNECT_ERRORS}
   * @param maxPercent share of the hosts that may be ejected at once; one host always may
   */
  public record Ejection(
      @Nullable Integer connectErrors,
      @Nullable Integer serverErrors,
      @Nullable Integer gatewayErrors,
      @Nullable Duration interval,
      @Nullable Duration baseTime,
      @Nullable Duration maxTime,
      @Nullable Integer maxPercent) {
    public static final int DEFAULT_CONNECT_ERRORS = 3;
    public static final Ejection DEFAULT = new Ejection(null, null, null, null, null, null, null);
  }

  /**
   * Retries.
   *
   * @param max tries after the first
   * @param on conditions by Envoy's names; empty for the default
   * @param statusCodes for the condition retriable-status-codes
   */
  public record Retries(
      int max,
      List<String> on,
      List<Integer> statusCodes,
      @Nullable Duration perTryTimeout,
      @Nullable BackOff backOff,
      @Nullable Budget budget) {
    public Retries {
      on = List.copyOf(on);
      statusCodes = List.copyOf(statusCodes);
    }
  }

  /** Pauses between tries: they grow from {@code base} to at most {@code max}. */
  public record BackOff(Duration base, Duration max) {}

  /**
   * How many of the active requests may be retries.
   *
   * @param percent 0 to 100
   * @param minConcurrent always allowed
   */
  public record Budget(double percent, int minConcurrent) {}

  /** Null means not set; zero turns a timeout off ({@code connect} is never zero). */
  public record Timeouts(
      @Nullable Duration connect, @Nullable Duration request, @Nullable Duration connectionIdle) {
    public static final Timeouts NONE = new Timeouts(null, null, null);
  }
}
