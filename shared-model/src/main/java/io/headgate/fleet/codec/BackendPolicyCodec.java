package io.headgate.fleet.codec;

import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.BackendTrafficPolicy.BackendSettings;
import io.headgate.fleet.BackendTrafficPolicy.CircuitBreakers;
import io.headgate.fleet.BackendTrafficPolicy.Ejection;
import io.headgate.fleet.BackendTrafficPolicy.LoadBalancing;
import io.headgate.fleet.BackendTrafficPolicy.Timeouts;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.TargetRef;
import io.headgate.proto.config.v1.BackendTimeouts;
import io.headgate.proto.config.v1.BackendTrafficPolicySpec;
import io.headgate.proto.config.v1.CircuitBreaker;
import io.headgate.proto.config.v1.LoadBalancer;
import io.headgate.proto.config.v1.PassiveHealthCheck;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Policies of the upstream side between message and record. */
final class BackendPolicyCodec {
  private static final int MAX_LIMIT = 1_000_000;
  private static final int MAX_CHOICES = 100;

  private BackendPolicyCodec() {}

  static BackendTrafficPolicy read(
      io.headgate.proto.config.v1.BackendTrafficPolicy message, ObjectMeta meta, Scope root) {
    BackendTrafficPolicySpec spec = message.getSpec();
    Scope at = root.field("spec");
    List<TargetRef> targets =
        PolicyCodec.read(
            spec.getTargetRefsList(), List.of(Kind.SERVICE, Kind.HTTP_ROUTE), meta, at);
    if (targets.stream().anyMatch(t -> t.object().kind() == Kind.HTTP_ROUTE)) {
      onlyServices(spec, at);
    }
    return new BackendTrafficPolicy(
        meta,
        targets,
        new BackendSettings(
            spec.hasLoadBalancer()
                ? balancing(spec.getLoadBalancer(), at.field("loadBalancer"))
                : null,
            spec.hasCircuitBreaker()
                ? breakers(spec.getCircuitBreaker(), at.field("circuitBreaker"))
                : null,
            spec.getHealthCheck().hasPassive()
                ? ejection(
                    spec.getHealthCheck().getPassive(), at.field("healthCheck").field("passive"))
                : null,
            spec.hasRetry() ? RetryCodec.read(spec.getRetry(), at.field("retry")) : null,
            timeouts(spec.getTimeout(), at.field("timeout")),
            spec.getFeedback().hasEnabled() ? (Boolean) spec.getFeedback().getEnabled() : null));
  }

  /** A route shares its services with other routes, so it cannot say how they are balanced. */
  private static void onlyServices(BackendTrafficPolicySpec spec, Scope at) {
    String reason = "cannot be set for an HTTPRoute";
    String fix = "attach it to the Service";
    if (spec.hasLoadBalancer()) {
      at.wrongField("loadBalancer", reason, fix);
    }
    if (spec.hasCircuitBreaker()) {
      at.wrongField("circuitBreaker", reason, fix);
    }
    if (spec.hasHealthCheck()) {
      at.wrongField("healthCheck", reason, fix);
    }
    if (spec.hasFeedback()) {
      at.wrongField("feedback", reason, fix);
    }
    if (spec.getTimeout().hasTcp()) {
      at.field("timeout").wrongField("tcp", reason, fix);
    }
    if (!spec.getTimeout().getHttp().getConnectionIdleTimeout().isEmpty()) {
      at.field("timeout").field("http").wrongField("connectionIdleTimeout", reason, fix);
    }
    if (spec.getRetry().hasBudget()) {
      at.field("retry").wrongField("budget", reason, fix);
    }
  }

  private static LoadBalancing balancing(LoadBalancer message, Scope at) {
    String type = message.getType();
    if (message.hasChoiceCount() && !type.equals("LeastRequest")) {
      at.wrongField("choiceCount", "has no effect with this type", "use type: LeastRequest");
    }
    return switch (type) {
      case "", "RoundRobin" -> new LoadBalancing.RoundRobin();
      case "LeastRequest" ->
          new LoadBalancing.LeastRequest(
              message.hasChoiceCount()
                  ? Rules.between(at.field("choiceCount"), message.getChoiceCount(), 2, MAX_CHOICES)
                  : 2);
      default -> {
        boolean known = type.equals("Random") || type.equals("ConsistentHash");
        at.wrongField(
            "type",
            known ? "is known but not implemented" : "is not known",
            "use RoundRobin or LeastRequest");
        yield new LoadBalancing.RoundRobin();
      }
    };
  }

  private static @Nullable Integer limit(boolean present, int value, int min, Scope at) {
    return present ? (Integer) Rules.between(at, value, min, MAX_LIMIT) : null;
  }

  private static CircuitBreakers breakers(CircuitBreaker m, Scope at) {
    return new CircuitBreakers(
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
            at.field("maxParallelRetries")));
  }

  private static Ejection ejection(PassiveHealthCheck m, Scope at) {
    Ejection ejection =
        new Ejection(
            limit(
                m.hasConsecutiveConnectErrors(),
                m.getConsecutiveConnectErrors(),
                0,
                at.field("consecutiveConnectErrors")),
            limit(
                m.hasConsecutive5XxErrors(),
                m.getConsecutive5XxErrors(),
                0,
                at.field("consecutive5xxErrors")),
            limit(
                m.hasConsecutiveGatewayErrors(),
                m.getConsecutiveGatewayErrors(),
                0,
                at.field("consecutiveGatewayErrors")),
            Rules.positive(at.field("interval"), m.getInterval()),
            Rules.positive(at.field("baseEjectionTime"), m.getBaseEjectionTime()),
            Rules.positive(at.field("maxEjectionTime"), m.getMaxEjectionTime()),
            m.hasMaxEjectionPercent()
                ? (Integer)
                    Rules.between(at.field("maxEjectionPercent"), m.getMaxEjectionPercent(), 0, 100)
                : null);
    if (ejection.baseTime() != null
        && ejection.maxTime() != null
        && ejection.baseTime().compareTo(ejection.maxTime()) > 0) {
      at.wrongField("baseEjectionTime", "is longer than maxEjectionTime", "");
    }
    return ejection;
  }

  private static Timeouts timeouts(BackendTimeouts m, Scope at) {
    Scope http = at.field("http");
    return new Timeouts(
        Rules.positive(at.field("tcp").field("connectTimeout"), m.getTcp().getConnectTimeout()),
        Rules.duration(http.field("requestTimeout"), m.getHttp().getRequestTimeout()),
        Rules.duration(
            http.field("connectionIdleTimeout"), m.getHttp().getConnectionIdleTimeout()));
  }

  private static <T> void ifSet(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  static io.headgate.proto.config.v1.BackendTrafficPolicy write(BackendTrafficPolicy value) {
    BackendTrafficPolicySpec.Builder spec =
        BackendTrafficPolicySpec.newBuilder().addAllTargetRefs(PolicyCodec.write(value.targets()));
    BackendSettings settings = value.settings();
    switch (settings.loadBalancing()) {
      case null -> {}
      case LoadBalancing.RoundRobin r -> spec.getLoadBalancerBuilder().setType("RoundRobin");
      case LoadBalancing.LeastRequest l ->
          spec.getLoadBalancerBuilder().setType("LeastRequest").setChoiceCount(l.choices());
    }
    ifSet(settings.circuitBreakers(), b -> spec.setCircuitBreaker(write(b)));
    ifSet(settings.ejection(), e -> spec.getHealthCheckBuilder().setPassive(write(e)));
    ifSet(settings.retries(), r -> spec.setRetry(RetryCodec.write(r)));
    ifSet(settings.feedback(), f -> spec.getFeedbackBuilder().setEnabled(f));
    Timeouts timeouts = settings.timeouts();
    ifSet(
        timeouts.connect(),
        t -> spec.getTimeoutBuilder().getTcpBuilder().setConnectTimeout(GatewayDuration.format(t)));
    ifSet(
        timeouts.request(),
        t ->
            spec.getTimeoutBuilder().getHttpBuilder().setRequestTimeout(GatewayDuration.format(t)));
    ifSet(
        timeouts.connectionIdle(),
        t ->
            spec.getTimeoutBuilder()
                .getHttpBuilder()
                .setConnectionIdleTimeout(GatewayDuration.format(t)));
    return io.headgate.proto.config.v1.BackendTrafficPolicy.newBuilder().setSpec(spec).build();
  }

  private static CircuitBreaker write(CircuitBreakers breakers) {
    CircuitBreaker.Builder out = CircuitBreaker.newBuilder();
    ifSet(breakers.connections(), out::setMaxConnections);
    ifSet(breakers.pendingRequests(), out::setMaxPendingRequests);
    ifSet(breakers.requests(), out::setMaxParallelRequests);
    ifSet(breakers.retries(), out::setMaxParallelRetries);
    return out.build();
  }

  private static PassiveHealthCheck write(Ejection ejection) {
    PassiveHealthCheck.Builder out = PassiveHealthCheck.newBuilder();
    ifSet(ejection.connectErrors(), out::setConsecutiveConnectErrors);
    ifSet(ejection.serverErrors(), out::setConsecutive5XxErrors);
    ifSet(ejection.gatewayErrors(), out::setConsecutiveGatewayErrors);
    ifSet(ejection.interval(), d -> out.setInterval(GatewayDuration.format(d)));
    ifSet(ejection.baseTime(), d -> out.setBaseEjectionTime(GatewayDuration.format(d)));
    ifSet(ejection.maxTime(), d -> out.setMaxEjectionTime(GatewayDuration.format(d)));
    ifSet(ejection.maxPercent(), out::setMaxEjectionPercent);
    return out.build();
  }
}
