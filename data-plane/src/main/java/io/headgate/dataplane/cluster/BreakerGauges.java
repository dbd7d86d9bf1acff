package io.headgate.dataplane.cluster;

import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.xds.model.cluster.CircuitBreakers.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Envoy's gauges of a cluster's circuit breakers: whether each is open, and, where the config asks
 * for it, what is left. They are worked out when they are read; requests pay nothing for them.
 *
 * <p>Thread: any.
 */
final class BreakerGauges implements AutoCloseable {

  private record Followed(Gauge gauge, LongSupplier source) {}

  private final List<Followed> followed = new ArrayList<>();

  BreakerGauges(Scope cluster, CircuitBreaker normal, CircuitBreaker high) {
    add(cluster.scope("circuit_breakers").scope("default"), normal);
    add(cluster.scope("circuit_breakers").scope("high"), high);
  }

  private void add(Scope scope, CircuitBreaker breaker) {
    pair(
        scope,
        "cx_open",
        "remaining_cx",
        breaker,
        () -> breaker.limits().maxConnections(),
        breaker::connections);
    pair(
        scope,
        "rq_pending_open",
        "remaining_pending",
        breaker,
        () -> breaker.limits().maxPendingRequests(),
        breaker::pending);
    pair(
        scope,
        "rq_open",
        "remaining_rq",
        breaker,
        () -> breaker.limits().maxRequests(),
        breaker::requests);
    pair(
        scope,
        "rq_retry_open",
        "remaining_retries",
        breaker,
        breaker::maxRetries,
        breaker::retries);
  }

  private void pair(
      Scope scope,
      String open,
      String remaining,
      CircuitBreaker breaker,
      LongSupplier limit,
      LongSupplier used) {
    follow(scope.gauge(open), () -> used.getAsLong() >= limit.getAsLong() ? 1 : 0);
    follow(
        scope.gauge(remaining),
        () -> {
          Thresholds now = breaker.limits();
          return now.trackRemaining() ? Math.max(0, limit.getAsLong() - used.getAsLong()) : 0;
        });
  }

  private void follow(Gauge gauge, LongSupplier source) {
    gauge.follow(source);
    followed.add(new Followed(gauge, source));
  }

  @Override
  public void close() {
    for (Followed each : followed) {
      each.gauge().unfollow(each.source());
    }
  }
}
