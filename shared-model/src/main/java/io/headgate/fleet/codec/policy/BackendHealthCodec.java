package io.headgate.fleet.codec.policy;

import io.headgate.fleet.BackendSettings.Bounds;
import io.headgate.fleet.BackendSettings.Budget;
import io.headgate.fleet.BackendSettings.CircuitBreakers;
import io.headgate.fleet.BackendSettings.Ejection;
import io.headgate.fleet.BackendSettings.Health;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.BackendTrafficPolicySpec;
import io.headgate.proto.config.v1.CircuitBreaker;
import io.headgate.proto.config.v1.HealthCheck;
import io.headgate.proto.config.v1.HighPriorityCircuitBreaker;
import io.headgate.proto.config.v1.PassiveHealthCheck;
import io.headgate.proto.config.v1.RetryBudget;
import org.jspecify.annotations.Nullable;

/** Circuit breakers and the health of hosts, between message and record. */
final class BackendHealthCodec {
  private static final int MAX_LIMIT = 1_000_000;

  private BackendHealthCodec() {}

  /** Null when nothing but the connection's own limit is set. */
  static @Nullable CircuitBreakers breakers(CircuitBreaker m, Scope at) {
    HighPriorityCircuitBreaker high = m.getHighPriority();
    Scope highAt = at.field("highPriority");
    CircuitBreakers value =
        new CircuitBreakers(
            new Bounds(
                limit(m.hasMaxConnections(), m.getMaxConnections(), 1, at.field("maxConnections")),
                limit(
                    m.hasMaxPendingRequests(),
                    m.getMaxPendingRequests(),
                    0,
                    at.field("maxPendingRequests")),
                limit(
                    m.hasMaxParallelRequests(),
                    m.getMaxParallelRequests(),
                    1,
                    at.field("maxParallelRequests")),
                limit(
                    m.hasMaxParallelRetries(),
                    m.getMaxParallelRetries(),
                    0,
                    at.field("maxParallelRetries"))),
            new Bounds(
                limit(
                    high.hasMaxConnections(),
                    high.getMaxConnections(),
                    1,
                    highAt.field("maxConnections")),
                limit(
                    high.hasMaxPendingRequests(),
                    high.getMaxPendingRequests(),
                    0,
                    highAt.field("maxPendingRequests")),
                limit(
                    high.hasMaxParallelRequests(),
                    high.getMaxParallelRequests(),
                    1,
                    highAt.field("maxParallelRequests")),
                limit(
                    high.hasMaxParallelRetries(),
                    high.getMaxParallelRetries(),
                    0,
                    highAt.field("maxParallelRetries"))),
            limit(
                m.getPerEndpoint().hasMaxConnections(),
                m.getPerEndpoint().getMaxConnections(),
                1,
                at.field("perEndpoint").field("maxConnections")),
            m.hasRetryBudget() ? budget(m.getRetryBudget(), at.field("retryBudget")) : null,
            m.hasTrackRemaining() ? (Boolean) m.getTrackRemaining() : null);
    if (m.hasRetryBudget() && m.hasMaxParallelRetries()) {
      at.wrongField("maxParallelRetries", "has no effect beside retryBudget", "remove one of them");
    }
    return value.equals(new CircuitBreakers(Bounds.NONE, Bounds.NONE, null, null, null))
        ? null
        : value;
  }

  private static @Nullable Integer limit(boolean present, int value, int min, Scope at) {
    return Rules.number(at, present, value, min, MAX_LIMIT);
  }

  private static Budget budget(RetryBudget message, Scope at) {
    double percent = message.hasPercent() ? message.getPercent() : 20;
    if (!(percent >= 0 && percent <= 100)) {
      at.wrongField("percent", "is out of range", "use 0 to 100");
    }
    int min = message.hasMinRetryConcurrency() ? message.getMinRetryConcurrency() : 3;
    return new Budget(percent, Rules.between(at.field("minRetryConcurrency"), min, 0, MAX_LIMIT));
  }

  static Health health(HealthCheck m, Scope at) {
    return new Health(
        m.hasPassive() ? ejection(m.getPassive(), at.field("passive")) : null,
        Rules.number(
            at.field("panicThreshold"), m.hasPanicThreshold(), m.getPanicThreshold(), 0, 100));
  }

  private static Ejection ejection(PassiveHealthCheck m, Scope at) {
    Ejection ejection =
        new Ejection(
            limit(
                m.hasConsecutiveLocalOriginFailures(),
                m.getConsecutiveLocalOriginFailures(),
                0,
                at.field("consecutiveLocalOriginFailures")),
            limit(
                m.hasConsecutive5XxErrors(),
                m.getConsecutive5XxErrors(),
                0,
                at.field("consecutive5XxErrors")),
            limit(
                m.hasConsecutiveGatewayErrors(),
                m.getConsecutiveGatewayErrors(),
                0,
                at.field("consecutiveGatewayErrors")),
            Rules.positive(at.field("interval"), m.getInterval()),
            Rules.positive(at.field("baseEjectionTime"), m.getBaseEjectionTime()),
            Rules.positive(at.field("maxEjectionTime"), m.getMaxEjectionTime()),
            Rules.number(
                at.field("maxEjectionPercent"),
                m.hasMaxEjectionPercent(),
                m.getMaxEjectionPercent(),
                0,
                100));
    if (ejection.baseTime() != null
        && ejection.maxTime() != null
        && ejection.baseTime().compareTo(ejection.maxTime()) > 0) {
      at.wrongField("baseEjectionTime", "is longer than maxEjectionTime", "");
    }
    return ejection;
  }

  static CircuitBreaker write(CircuitBreakers breakers) {
    CircuitBreaker.Builder out = CircuitBreaker.newBuilder();
    Bounds normal = breakers.normal();
    Write.ifSet(normal.connections(), out::setMaxConnections);
    Write.ifSet(normal.pendingRequests(), out::setMaxPendingRequests);
    Write.ifSet(normal.requests(), out::setMaxParallelRequests);
    Write.ifSet(normal.retries(), out::setMaxParallelRetries);
    Bounds high = breakers.high();
    Write.ifSet(high.connections(), n -> out.getHighPriorityBuilder().setMaxConnections(n));
    Write.ifSet(high.pendingRequests(), n -> out.getHighPriorityBuilder().setMaxPendingRequests(n));
    Write.ifSet(high.requests(), n -> out.getHighPriorityBuilder().setMaxParallelRequests(n));
    Write.ifSet(high.retries(), n -> out.getHighPriorityBuilder().setMaxParallelRetries(n));
    Write.ifSet(breakers.perHost(), n -> out.getPerEndpointBuilder().setMaxConnections(n));
    Budget budget = breakers.budget();
    if (budget != null) {
      out.getRetryBudgetBuilder()
          .setPercent(budget.percent())
          .setMinRetryConcurrency(budget.minConcurrent());
    }
    Write.ifSet(breakers.trackRemaining(), out::setTrackRemaining);
    return out.build();
  }

  static void write(Health health, BackendTrafficPolicySpec.Builder spec) {
    Write.ifSet(
        health.ejection(), ejection -> spec.getHealthCheckBuilder().setPassive(write(ejection)));
    Write.ifSet(
        health.panicPercent(), percent -> spec.getHealthCheckBuilder().setPanicThreshold(percent));
  }

  private static PassiveHealthCheck write(Ejection ejection) {
    PassiveHealthCheck.Builder out = PassiveHealthCheck.newBuilder();
    Write.ifSet(ejection.connectErrors(), out::setConsecutiveLocalOriginFailures);
    Write.ifSet(ejection.serverErrors(), out::setConsecutive5XxErrors);
    Write.ifSet(ejection.gatewayErrors(), out::setConsecutiveGatewayErrors);
    Write.duration(ejection.interval(), out::setInterval);
    Write.duration(ejection.baseTime(), out::setBaseEjectionTime);
    Write.duration(ejection.maxTime(), out::setMaxEjectionTime);
    Write.ifSet(ejection.maxPercent(), out::setMaxEjectionPercent);
    return out.build();
  }
}
