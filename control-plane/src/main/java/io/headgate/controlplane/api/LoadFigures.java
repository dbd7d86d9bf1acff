package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.LoadBoard;
import io.headgate.controlplane.fleetstate.LoadWindow;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each host is doing, from the newest load window of every replica.
 *
 * <p>Thread: any.
 */
public final class LoadFigures implements LoadBoard.Listener {
  private static final Duration STALE = Duration.ofSeconds(15);

  private final Clock clock;
  private final Map<String, Indexed> newest = new ConcurrentHashMap<>();

  private record Host(String cluster, String address) {}

  private record Indexed(LoadWindow window, Map<Host, LoadWindow.HostLoad> hosts) {}

  /**
   * The load of one host.
   *
   * @param utilisation 0 to 1 and more, as the host says; null when it says nothing
   * @param latencyMillis the mean; null when it is not known
   */
  record Load(
      double requestsPerSecond,
      double errorsPerSecond,
      long inFlight,
      @Nullable Double utilisation,
      @Nullable Double latencyMillis) {

    Load plus(Load other) {
      double both = requestsPerSecond + other.requestsPerSecond;
      return new Load(
          both,
          errorsPerSecond + other.errorsPerSecond,
          inFlight + other.inFlight,
          mean(utilisation, requestsPerSecond, other.utilisation, other.requestsPerSecond),
          mean(latencyMillis, requestsPerSecond, other.latencyMillis, other.requestsPerSecond));
    }

    private static @Nullable Double mean(
        @Nullable Double a, double weightOfA, @Nullable Double b, double weightOfB) {
      if (a == null || b == null) {
        return a == null ? b : a;
      }
      double weights = weightOfA + weightOfB;
      return weights == 0 ? (a + b) / 2 : (a * weightOfA + b * weightOfB) / weights;
    }
  }

  public LoadFigures(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void window(String replicaId, LoadWindow window) {
    Map<Host, LoadWindow.HostLoad> hosts = new HashMap<>();
    window.hosts().forEach(host -> hosts.put(new Host(host.cluster(), host.address()), host));
    newest.put(replicaId, new Indexed(window, hosts));
  }

  /** The load of one address of one cluster; empty when nobody reported it lately. */
  Optional<Load> of(String cluster, String address) {
    Host host = new Host(cluster, address);
    Load sum = null;
    for (Indexed indexed : newest.values()) {
      LoadWindow window = indexed.window();
      LoadWindow.HostLoad load = indexed.hosts().get(host);
      boolean fresh = window.endedAt().plus(STALE).isAfter(clock.instant());
      if (load != null && fresh) {
        Load one = load(load, window.length());
        sum = sum == null ? one : sum.plus(one);
      }
    }
    return Optional.ofNullable(sum);
  }

  private static Load load(LoadWindow.HostLoad host, Duration length) {
    double seconds = Math.max(0.001, length.toMillis() / 1_000.0);
    long answered = host.requests().succeeded() + host.requests().failed();
    Double utilisation = mean(host, "application_utilization");
    return new Load(
        answered / seconds,
        host.requests().failed() / seconds,
        host.requests().inProgress(),
        utilisation != null ? utilisation : mean(host, "cpu_utilization"),
        mean(host, "latency_ms"));
  }

  private static @Nullable Double mean(LoadWindow.HostLoad host, String metric) {
    LoadWindow.MetricSum sum = host.metrics().get(metric);
    return sum == null || sum.count() == 0 ? null : sum.sum() / sum.count();
  }
}
