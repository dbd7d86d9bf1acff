package io.headgate.fleet.codec.policy;

import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendSettings.Connections;
import io.headgate.fleet.BackendSettings.GrpcTimeout;
import io.headgate.fleet.BackendSettings.LoadBalancing;
import io.headgate.fleet.BackendSettings.Timeouts;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.TargetRef;
import io.headgate.fleet.codec.rule.GatewayDuration;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.BackendHttpTimeouts;
import io.headgate.proto.config.v1.BackendTrafficPolicySpec;
import io.headgate.proto.config.v1.LoadBalancer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies of the upstream side between message and record. */
public final class BackendPolicyCodec {
  private enum Priority {
    DEFAULT,
    HIGH
  }

  private static final int MAX_CHOICES = 100;
  private static final int MAX_REQUESTS = 1_000_000_000;
  private static final int MIN_BUFFER = 4 << 10;
  private static final int MAX_BUFFER = 64 << 20;

  private BackendPolicyCodec() {}

  public static BackendTrafficPolicy read(
      io.headgate.proto.config.v1.BackendTrafficPolicy message, ObjectMeta meta, Scope root) {
    BackendTrafficPolicySpec spec = message.getSpec();
    Scope at = root.field("spec");
    List<TargetRef> targets =
        PolicyCodec.read(
            spec.getTargetRefsList(),
            List.of(Kind.SERVICE, Kind.HTTP_ROUTE, Kind.GRPC_ROUTE),
            meta,
            at);
    if (targets.stream().anyMatch(t -> t.object().kind().isRoute())) {
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
                ? BackendHealthCodec.breakers(spec.getCircuitBreaker(), at.field("circuitBreaker"))
                : null,
            BackendHealthCodec.health(spec.getHealthCheck(), at.field("healthCheck")),
            spec.hasRetry() ? RetryCodec.read(spec.getRetry(), at.field("retry")) : null,
            timeouts(spec, at.field("timeout")),
            connections(spec, at),
            spec.getFeedback().hasEnabled() ? (Boolean) spec.getFeedback().getEnabled() : null));
  }

  /** A route shares its services with other routes, so it cannot say how they are connected to. */
  private static void onlyServices(BackendTrafficPolicySpec spec, Scope at) {
    only(at, "loadBalancer", spec.hasLoadBalancer());
    only(at, "circuitBreaker", spec.hasCircuitBreaker());
    only(at, "healthCheck", spec.hasHealthCheck());
    only(at, "feedback", spec.hasFeedback());
    only(at, "connection", spec.hasConnection());
    only(at, "http1", spec.hasHttp1());
    only(at, "http2", spec.hasHttp2());
    only(at, "proxyProtocol", spec.hasProxyProtocol());
    Scope timeout = at.field("timeout");
    BackendHttpTimeouts http = spec.getTimeout().getHttp();
    only(timeout, "tcp", spec.getTimeout().hasTcp());
    only(
        timeout.field("http"), "connectionIdleTimeout", !http.getConnectionIdleTimeout().isEmpty());
    only(
        timeout.field("http"), "maxConnectionDuration", !http.getMaxConnectionDuration().isEmpty());
    if (!http.getMaxStreamDuration().isEmpty() && !http.getRequestTimeout().isEmpty()) {
      timeout
          .field("http")
          .wrongField("requestTimeout", "has no effect beside maxStreamDuration", "remove it");
    }
  }

  private static void only(Scope at, String field, boolean set) {
    if (set) {
      at.wrongField(field, "cannot be set for an HTTPRoute", "attach it to the Service");
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

  private static Timeouts timeouts(BackendTrafficPolicySpec spec, Scope at) {
    BackendHttpTimeouts m = spec.getTimeout().getHttp();
    Scope http = at.field("http");
    return new Timeouts(
        Rules.positive(
            at.field("tcp").field("connectTimeout"),
            spec.getTimeout().getTcp().getConnectTimeout()),
        Rules.duration(http.field("requestTimeout"), m.getRequestTimeout()),
        Rules.duration(http.field("connectionIdleTimeout"), m.getConnectionIdleTimeout()),
        Rules.duration(http.field("maxConnectionDuration"), m.getMaxConnectionDuration()),
        Rules.duration(http.field("maxStreamDuration"), m.getMaxStreamDuration()),
        Rules.duration(http.field("streamIdleTimeout"), m.getStreamIdleTimeout()),
        m.hasGrpcTimeout() ? grpc(m.getGrpcTimeout(), http.field("grpcTimeout")) : null);
  }

  private static GrpcTimeout grpc(io.headgate.proto.config.v1.GrpcTimeout m, Scope at) {
    Duration max = Rules.duration(at.field("max"), m.getMax());
    if (m.getMax().isEmpty()) {
      at.wrongField("max", "is required", "write 0s to allow any");
    }
    return new GrpcTimeout(
        max == null ? Duration.ZERO : max, Rules.positive(at.field("offset"), m.getOffset()));
  }

  private static Connections connections(BackendTrafficPolicySpec spec, Scope at) {
    Priority priority = Rules.word(at.field("priority"), spec.getPriority(), Priority.values());
    return new Connections(
        Rules.number(
            at.field("circuitBreaker").field("maxRequestsPerConnection"),
            spec.getCircuitBreaker().hasMaxRequestsPerConnection(),
            spec.getCircuitBreaker().getMaxRequestsPerConnection(),
            1,
            MAX_REQUESTS),
        Rules.smallBytes(
            at.field("connection").field("bufferLimit"),
            spec.getConnection().getBufferLimit(),
            MIN_BUFFER,
            MAX_BUFFER),
        ProtocolCodec.http1(spec.getHttp1(), at.field("http1")),
        ProtocolCodec.http2(spec.getHttp2(), at.field("http2")),
        priority == null ? null : (Boolean) (priority == Priority.HIGH),
        spec.hasProxyProtocol()
            ? ProxyProtocolCodec.read(spec.getProxyProtocol(), at.field("proxyProtocol"))
            : null);
  }

  public static io.headgate.proto.config.v1.BackendTrafficPolicy write(BackendTrafficPolicy value) {
    BackendSettings settings = value.settings();
    BackendTrafficPolicySpec.Builder spec =
        BackendTrafficPolicySpec.newBuilder().addAllTargetRefs(PolicyCodec.write(value.targets()));
    switch (settings.loadBalancing()) {
      case null -> {}
      case LoadBalancing.RoundRobin r ->
          spec.setLoadBalancer(LoadBalancer.newBuilder().setType("RoundRobin"));
      case LoadBalancing.LeastRequest l ->
          spec.setLoadBalancer(
              LoadBalancer.newBuilder().setType("LeastRequest").setChoiceCount(l.choices()));
    }
    Write.ifSet(
        settings.circuitBreakers(), b -> spec.setCircuitBreaker(BackendHealthCodec.write(b)));
    BackendHealthCodec.write(settings.health(), spec);
    Write.ifSet(settings.retries(), retries -> spec.setRetry(RetryCodec.write(retries)));
    Write.ifSet(settings.feedback(), on -> spec.getFeedbackBuilder().setEnabled(on));
    write(settings.timeouts(), spec);
    write(settings.connections(), spec);
    return io.headgate.proto.config.v1.BackendTrafficPolicy.newBuilder().setSpec(spec).build();
  }

  private static void write(Timeouts timeouts, BackendTrafficPolicySpec.Builder spec) {
    Write.duration(
        timeouts.connect(),
        text -> spec.getTimeoutBuilder().getTcpBuilder().setConnectTimeout(text));
    BackendHttpTimeouts.Builder http = BackendHttpTimeouts.newBuilder();
    Write.duration(timeouts.request(), http::setRequestTimeout);
    Write.duration(timeouts.connectionIdle(), http::setConnectionIdleTimeout);
    Write.duration(timeouts.connectionMax(), http::setMaxConnectionDuration);
    Write.duration(timeouts.maxStream(), http::setMaxStreamDuration);
    Write.duration(timeouts.streamIdle(), http::setStreamIdleTimeout);
    GrpcTimeout grpc = timeouts.grpc();
    if (grpc != null) {
      http.getGrpcTimeoutBuilder().setMax(GatewayDuration.format(grpc.max()));
      Write.duration(grpc.offset(), text -> http.getGrpcTimeoutBuilder().setOffset(text));
    }
    if (!http.build().equals(BackendHttpTimeouts.getDefaultInstance())) {
      spec.getTimeoutBuilder().setHttp(http);
    }
  }

  private static void write(Connections connections, BackendTrafficPolicySpec.Builder spec) {
    Write.ifSet(
        connections.maxRequests(),
        max -> spec.getCircuitBreakerBuilder().setMaxRequestsPerConnection(max));
    Write.bytes(
        connections.bufferBytes(), text -> spec.getConnectionBuilder().setBufferLimit(text));
    Write.ifSet(connections.http1(), http1 -> spec.setHttp1(ProtocolCodec.write(http1)));
    Write.ifSet(connections.http2(), http2 -> spec.setHttp2(ProtocolCodec.write(http2)));
    Write.ifSet(
        connections.proxyProtocol(),
        version -> spec.setProxyProtocol(ProxyProtocolCodec.write(version)));
    @Nullable Boolean high = connections.highPriority();
    if (high != null) {
      spec.setPriority(Rules.camel(high ? Priority.HIGH : Priority.DEFAULT));
    }
  }
}
