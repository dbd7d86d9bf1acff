package io.headgate.controlplane.compile.service;

import io.headgate.controlplane.compile.listener.HttpCompiler;
import io.headgate.controlplane.compile.listener.SocketRules;
import io.headgate.controlplane.compile.tls.TlsCaller;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.Http2Rules;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendSettings.Bounds;
import io.headgate.fleet.BackendSettings.Budget;
import io.headgate.fleet.BackendSettings.Ejection;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ProxyProtocol;
import io.headgate.fleet.Service;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.CircuitBreakers.Thresholds;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.cluster.OutlierDetection.Consecutive;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.listener.ProxyProtocol.Passed;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.value.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the cluster of a service's port.
 *
 * <p>Thread: any; stateless.
 */
public final class ServiceCompiler {
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);

  /**
   * TLS to the hosts of a port, as a policy has it.
   *
   * @param caller who has a cluster of its own, because of the certificate that it shows
   * @param tls empty when nobody is trusted, or when the certificate to be shown is missing: then
   *     the cluster has no host, whoever routes to it, and nothing leaves in clear text
   */
  public record Security(ObjectKey policy, Optional<TlsCaller> caller, Optional<UpstreamTls> tls) {}

  private ServiceCompiler() {}

  /**
   * Makes a cluster.
   *
   * @param security how its hosts are spoken to; empty for clear text
   */
  public static Compiled<Cluster> cluster(
      Service service,
      Service.Port port,
      Optional<BackendTrafficPolicy> policy,
      Optional<Security> security) {
    BackendSettings settings =
        policy.map(BackendTrafficPolicy::settings).orElse(BackendSettings.NONE);
    String plain = XdsNames.cluster(service.key(), port.number());
    Optional<TlsCaller> caller = security.flatMap(Security::caller);
    String name = caller.map(c -> XdsNames.cluster(plain, c.gateway())).orElse(plain);
    List<ObjectKey> owners = new ArrayList<>();
    owners.add(service.key());
    policy.ifPresent(p -> owners.add(p.key()));
    security.ifPresent(s -> owners.add(s.policy()));
    caller.ifPresent(c -> owners.add(c.gateway()));
    Optional<UpstreamTls> tls = security.flatMap(Security::tls);
    boolean hostless = security.isPresent() && tls.isEmpty();
    boolean reports = or(settings.feedback(), true);
    Cluster cluster =
        new Cluster(
            name,
            hostless
                ? new EndpointSource.Static(new ClusterLoadAssignment(name, List.of()))
                : new EndpointSource.Eds(caller.isPresent() ? plain : "", FETCH_TIMEOUT),
            balancing(settings),
            or(settings.timeouts().connect(), EdgeDefaults.CONNECT_TIMEOUT),
            breakers(settings),
            outliers(settings.health().ejection()),
            new ClusterOptions(
                http(port, settings),
                tls.orElse(null),
                header(settings.connections().proxyProtocol()),
                reports,
                reports ? ClusterOptions.UTILISATION_METRICS : List.of(),
                or(settings.connections().bufferBytes(), EdgeDefaults.BUFFER_LIMIT_BYTES),
                Metadata.EMPTY));
    return Compiled.of(name, cluster, owners);
  }

  private static @Nullable UpstreamProxyProtocol header(ProxyProtocol.@Nullable Version wanted) {
    return wanted == null
        ? null
        : new UpstreamProxyProtocol(SocketRules.version(wanted), Passed.NONE, List.of());
  }

  private static UpstreamHttp http(Service.Port port, BackendSettings settings) {
    BackendSettings.Timeouts timeouts = settings.timeouts();
    BackendSettings.Connections connections = settings.connections();
    UpstreamHttp plain = UpstreamHttp.DEFAULT;
    boolean http2 = port.protocol() == Service.Protocol.HTTP2;
    return new UpstreamHttp(
        http2 ? Http2Rules.of(connections.http2(), true) : null,
        new UpstreamHttp.Lifetimes(
            or(timeouts.connectionIdle(), EdgeDefaults.UPSTREAM_IDLE),
            or(timeouts.connectionMax(), Duration.ZERO),
            or(timeouts.maxStream(), Duration.ZERO)),
        or(connections.maxRequests(), plain.maxRequestsPerConnection()),
        plain.maxResponseHeadersCount(),
        plain.maxResponseHeadersKb(),
        http2 ? Http1Options.DEFAULT : HttpCompiler.http1(connections.http1()));
  }

  private static LoadBalancing balancing(BackendSettings settings) {
    BackendSettings.LoadBalancing wanted = settings.loadBalancing();
    LoadBalancing.Policy policy =
        switch (wanted) {
          case null -> EdgeDefaults.BALANCING;
          case BackendSettings.LoadBalancing.RoundRobin r -> new LoadBalancing.Policy.RoundRobin();
          case BackendSettings.LoadBalancing.LeastRequest l ->
              new LoadBalancing.Policy.LeastRequest(l.choices());
        };
    return new LoadBalancing(
        policy,
        or(settings.health().panicPercent(), LoadBalancing.DEFAULT.panicThresholdPercent()),
        false);
  }

  private static CircuitBreakers breakers(BackendSettings settings) {
    BackendSettings.CircuitBreakers wanted = settings.circuitBreakers();
    if (wanted == null) {
      return new CircuitBreakers(
          thresholds(Bounds.NONE, EdgeDefaults.RETRY_BUDGET, false, Thresholds.UNLIMITED),
          Thresholds.DEFAULT);
    }
    boolean track = or(wanted.trackRemaining(), false);
    Integer perHost = wanted.perHost();
    return new CircuitBreakers(
        thresholds(
            wanted.normal(),
            budget(wanted.budget(), wanted.normal().retries()),
            track,
            perHost == null ? Thresholds.UNLIMITED : perHost),
        thresholds(wanted.high(), null, track, Thresholds.UNLIMITED));
  }

  /** A fixed number that was asked for takes the place of the budget. */
  private static CircuitBreakers.@Nullable RetryBudget budget(
      @Nullable Budget wanted, @Nullable Integer retries) {
    if (wanted != null) {
      return new CircuitBreakers.RetryBudget(wanted.percent(), wanted.minConcurrent());
    }
    return retries == null ? EdgeDefaults.RETRY_BUDGET : null;
  }

  private static Thresholds thresholds(
      Bounds wanted, CircuitBreakers.@Nullable RetryBudget budget, boolean track, long perHost) {
    return new Thresholds(
        or(wanted.connections(), EdgeDefaults.MAX_CONNECTIONS),
        or(wanted.pendingRequests(), EdgeDefaults.MAX_PENDING),
        or(wanted.requests(), EdgeDefaults.MAX_REQUESTS),
        or(wanted.retries(), EdgeDefaults.MAX_RETRIES),
        budget,
        track,
        perHost);
  }

  private static OutlierDetection outliers(@Nullable Ejection wanted) {
    Ejection set = wanted == null ? Ejection.DEFAULT : wanted;
    OutlierDetection.Ejection plain = EdgeDefaults.EJECTION;
    Duration base = or(set.baseTime(), plain.baseTime());
    Duration max = or(set.maxTime(), plain.maxTime());
    return new OutlierDetection(
        consecutive(set.serverErrors(), EdgeDefaults.SERVER_ERRORS),
        set.gatewayErrors() == null
            ? new Consecutive(EdgeDefaults.SERVER_ERRORS, 0)
            : consecutive(set.gatewayErrors(), EdgeDefaults.SERVER_ERRORS),
        consecutive(set.connectErrors(), EdgeDefaults.CONNECT_ERRORS),
        true,
        new OutlierDetection.Ejection(
            or(set.interval(), plain.interval()),
            base,
            max.compareTo(base) < 0 ? base : max,
            or(set.maxPercent(), EdgeDefaults.MAX_EJECTED_PERCENT),
            true,
            Duration.ZERO));
  }

  private static Consecutive consecutive(@Nullable Integer wanted, int otherwise) {
    int threshold = or(wanted, otherwise);
    return threshold == 0 ? new Consecutive(otherwise, 0) : new Consecutive(threshold, 100);
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
