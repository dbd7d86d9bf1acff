package io.headgate.xds.model.cluster;

import io.headgate.xds.model.value.Checks;
import org.jspecify.annotations.Nullable;

/** Bounds of what is sent to a cluster at once, by the priority of the route. */
public record CircuitBreakers(Thresholds normal, Thresholds high) {
  public static final CircuitBreakers DEFAULT =
      new CircuitBreakers(Thresholds.DEFAULT, Thresholds.DEFAULT);

  /**
   * Bounds for one priority.
   *
   * @param retryBudget instead of maxRetries; null for none
   * @param trackRemaining whether gauges show what is left of each bound
   * @param maxConnectionsPerHost of each host of the cluster
   */
  public record Thresholds(
      long maxConnections,
      long maxPendingRequests,
      long maxRequests,
      long maxRetries,
      @Nullable RetryBudget retryBudget,
      boolean trackRemaining,
      long maxConnectionsPerHost) {
    public static final long UNLIMITED = 0xffff_ffffL;
    public static final Thresholds DEFAULT = new Thresholds(1024, 1024, 1024, 3, null);

    public Thresholds {
      Checks.atLeast(maxConnections, 0, "max_connections");
      Checks.atLeast(maxPendingRequests, 0, "max_pending_requests");
      Checks.atLeast(maxRequests, 0, "max_requests");
      Checks.atLeast(maxRetries, 0, "max_retries");
      Checks.atLeast(maxConnectionsPerHost, 0, "per_host_thresholds.max_connections");
    }

    /** Bounds without one for each host, and without gauges. */
    public Thresholds(
        long maxConnections,
        long maxPendingRequests,
        long maxRequests,
        long maxRetries,
        @Nullable RetryBudget retryBudget) {
      this(
          maxConnections,
          maxPendingRequests,
          maxRequests,
          maxRetries,
          retryBudget,
          false,
          UNLIMITED);
    }
  }

  /** Retries in flight as a share of requests in flight, with a floor. */
  public record RetryBudget(double percent, int minConcurrency) {
    public static final RetryBudget DEFAULT = new RetryBudget(20, 3);

    public RetryBudget {
      Checks.require(percent >= 0 && percent <= 100, "budget_percent must be within 0..100");
      Checks.atLeast(minConcurrency, 0, "min_retry_concurrency");
    }
  }
}
