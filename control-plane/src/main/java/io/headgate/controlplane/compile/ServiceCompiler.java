package io.headgate.controlplane.compile;

import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.BackendTrafficPolicy.BackendSettings;
import io.headgate.fleet.BackendTrafficPolicy.Budget;
import io.headgate.fleet.BackendTrafficPolicy.Ejection;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Service;
import io.headgate.xds.model.CircuitBreakers;
import io.headgate.xds.model.CircuitBreakers.Thresholds;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterOptions;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.LoadBalancing;
import io.headgate.xds.model.Metadata;
import io.headgate.xds.model.OutlierDetection;
import io.headgate.xds.model.OutlierDetection.Consecutive;
import io.headgate.xds.model.UpstreamHttp;
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
final class ServiceCompiler {
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);

  private ServiceCompiler() {}

  static Compiled<Cluster> cluster(
      Service service, Service.Port port, Optional<BackendTrafficPolicy> policy) {
    BackendSettings settings =
        policy.map(BackendTrafficPolicy::settings).orElse(BackendSettings.NONE);
    String name = XdsNames.cluster(service.key(), port.number());
    List<ObjectKey> owners = new ArrayList<>();
    owners.add(service.key());
    policy.ifPresent(p -> owners.add(p.key()));
    Duration idle = or(settings.timeouts().connectionIdle(), EdgeDefaults.UPSTREAM_IDLE);
    UpstreamHttp http = UpstreamHttp.DEFAULT.withIdleTimeout(idle);
    Cluster cluster =
        new Cluster(
            name,
            new EndpointSource.Eds("", FETCH_TIMEOUT),
            balancing(settings),
            or(settings.timeouts().connect(), EdgeDefaults.CONNECT_TIMEOUT),
            breakers(settings),
            outliers(settings.ejection()),
            new ClusterOptions(
                http,
                null,
                or(settings.feedback(), true),
                EdgeDefaults.BUFFER_LIMIT_BYTES,
                Metadata.EMPTY));
    return Compiled.of(name, cluster, owners);
  }

  private static LoadBalancing balancing(BackendSettings settings) {
    BackendTrafficPolicy.LoadBalancing wanted = settings.loadBalancing();
    LoadBalancing.Policy policy =
        switch (wanted) {
          case null -> EdgeDefaults.BALANCING;
          case BackendTrafficPolicy.LoadBalancing.RoundRobin r ->
              new LoadBalancing.Policy.RoundRobin();
          case BackendTrafficPolicy.LoadBalancing.LeastRequest l ->
              new LoadBalancing.Policy.LeastRequest(l.choices());
        };
    return new LoadBalancing(policy, LoadBalancing.DEFAULT.panicThresholdPercent(), false);
  }

  private static CircuitBreakers breakers(BackendSettings settings) {
    BackendTrafficPolicy.CircuitBreakers wanted = settings.circuitBreakers();
    Integer retries = wanted == null ? null : wanted.retries();
    BackendTrafficPolicy.Retries policy = settings.retries();
    Budget budget = policy == null ? null : policy.budget();
    CircuitBreakers.@Nullable RetryBudget retryBudget = EdgeDefaults.RETRY_BUDGET;
    if (budget != null) {
      retryBudget = new CircuitBreakers.RetryBudget(budget.percent(), budget.minConcurrent());
    } else if (retries != null) {
      retryBudget = null; // a fixed number was asked for
    }
    Thresholds normal =
        new Thresholds(
            or(wanted == null ? null : wanted.connections(), EdgeDefaults.MAX_CONNECTIONS),
            or(wanted == null ? null : wanted.pendingRequests(), EdgeDefaults.MAX_PENDING),
            or(wanted == null ? null : wanted.requests(), EdgeDefaults.MAX_REQUESTS),
            or(retries, EdgeDefaults.MAX_RETRIES),
            retryBudget);
    return new CircuitBreakers(normal, Thresholds.DEFAULT);
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
