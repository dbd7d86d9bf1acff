package io.headgate.controlplane.feedback;

import io.headgate.controlplane.fleetstate.LoadWindow;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Service;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What the windows of all replicas say of each host that the image knows.
 *
 * @param hosts by host; those nobody reported are absent
 */
public record LoadView(Map<HostKey, HostSignal> hosts) {
  public static final LoadView EMPTY = new LoadView(Map.of());

  static final String APPLICATION = "application_utilization";
  static final String PROCESSOR = "cpu_utilization";

  /** The proxies' own measure of answer times, in milliseconds. */
  static final String LATENCY = "latency_ms";

  /** A mean of fewer answers than this says little about a host. */
  static final int MIN_ANSWERS = 5;

  public LoadView {
    hosts = Map.copyOf(hosts);
  }

  /** The signals of the hosts of one service, by instance. */
  public Map<String, HostSignal> of(ObjectKey service) {
    Map<String, HostSignal> signals = new TreeMap<>();
    hosts.forEach((host, signal) -> {
      if (host.serviceKey().equals(service)) {
        signals.put(host.instance(), signal);
      }
    });
    return signals;
  }

  /** Adds up windows that are about the same time. */
  static LoadView of(ConfigImage image, Collection<LoadWindow> windows) {
    Map<String, Map<String, HostKey>> places = places(image);
    Map<HostKey, Sum> sums = new HashMap<>();
    for (LoadWindow window : windows) {
      double seconds = Math.max(0.001, window.length().toNanos() / 1e9);
      for (LoadWindow.HostLoad load : window.hosts()) {
        HostKey host = places.getOrDefault(load.cluster(), Map.of()).get(load.address());
        if (host != null) {
          sums.computeIfAbsent(host, h -> new Sum()).add(load, seconds);
        }
      }
    }
    Map<HostKey, HostSignal> hosts = new HashMap<>();
    sums.forEach((host, sum) -> hosts.put(host, sum.signal()));
    return new LoadView(hosts);
  }

  /** Cluster name → address → host, for every port of every service. */
  private static Map<String, Map<String, HostKey>> places(ConfigImage image) {
    Map<String, Map<String, HostKey>> places = new HashMap<>();
    image
        .services()
        .forEach((key, hosts) -> {
          List<Service.Port> ports =
              image.object(key, Service.class).map(Service::ports).orElse(List.of());
          for (Service.Port port : ports) {
            String cluster = key.namespace() + "/" + key.name() + ":" + port.number();
            places.put(cluster, addresses(hosts, port));
          }
        });
    return places;
  }

  private static Map<String, HostKey> addresses(ServiceHosts hosts, Service.Port port) {
    Map<String, HostKey> addresses = new HashMap<>();
    hosts
        .hosts()
        .values()
        .forEach(host ->
            addresses.put(
                HostAddress.text(host.host().address(), host.host().portFor(port)),
                host.host().key()));
    return addresses;
  }

  private static final class Sum {
    private double finishedPerSecond;
    private double failedPerSecond;
    private long inFlight;
    private int proxies;
    private final Map<String, LoadWindow.MetricSum> metrics = new HashMap<>();

    void add(LoadWindow.HostLoad load, double seconds) {
      finishedPerSecond += (load.requests().succeeded() + load.requests().failed()) / seconds;
      failedPerSecond += load.requests().failed() / seconds;
      inFlight += load.requests().inProgress();
      proxies += load.proxies();
      load.metrics()
          .forEach((name, metric) ->
              metrics.merge(
                  name,
                  metric,
                  (one, other) ->
                      new LoadWindow.MetricSum(
                          one.count() + other.count(), one.sum() + other.sum())));
    }

    HostSignal signal() {
      return new HostSignal(
          new HostSignal.Rates(finishedPerSecond, failedPerSecond, inFlight, proxies),
          mean(APPLICATION, 1),
          mean(PROCESSOR, 1),
          mean(LATENCY, MIN_ANSWERS));
    }

    private OptionalDouble mean(String name, int atLeast) {
      LoadWindow.MetricSum metric = metrics.get(name);
      if (metric == null || metric.count() < atLeast) {
        return OptionalDouble.empty();
      }
      double mean = metric.sum() / metric.count();
      return Double.isFinite(mean) && mean >= 0 ? OptionalDouble.of(mean) : OptionalDouble.empty();
    }
  }
}
