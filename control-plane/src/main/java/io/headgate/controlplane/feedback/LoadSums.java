package io.headgate.controlplane.feedback;

import io.headgate.controlplane.fleetstate.LoadWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the proxies of this replica have reported since the window began, added up per host.
 *
 * <p>Values that are no finite number of 0 or more are left out and counted. At most {@value
 * #MAX_HOSTS} hosts and {@value #MAX_METRICS} metrics of each are kept; what is beyond is left out
 * and counted as well.
 *
 * <p>Thread: any.
 */
public final class LoadSums {
  static final int MAX_HOSTS = 100_000;
  static final int MAX_METRICS = 32;

  private final ReentrantLock lock = new ReentrantLock();
  private Map<Place, Sum> sums = new HashMap<>();
  private long refused;

  private record Place(String cluster, String address) {}

  /**
   * One host in one report.
   *
   * @param address {@code ip:port}
   * @param metrics by name
   */
  public record Report(
      String cluster,
      String address,
      LoadWindow.Requests requests,
      Map<String, LoadWindow.MetricSum> metrics) {}

  private static final class Sum {
    private long issued;
    private long succeeded;
    private long failed;
    private final Map<String, Long> inProgress = new HashMap<>();
    private final Map<String, LoadWindow.MetricSum> metrics = new HashMap<>();
    private final Set<String> proxies = new HashSet<>();

    LoadWindow.HostLoad load(Place place) {
      long active = inProgress.values().stream().mapToLong(Long::longValue).sum();
      return new LoadWindow.HostLoad(
          place.cluster,
          place.address,
          new LoadWindow.Requests(issued, succeeded, failed, active),
          metrics,
          proxies.size());
    }
  }

  /** Adds what one proxy says of one host. */
  public void add(String nodeId, Report report) {
    lock.lock();
    try {
      Place place = new Place(report.cluster(), report.address());
      LoadWindow.Requests requests = report.requests();
      if (requests.issued() < 0
          || requests.succeeded() < 0
          || requests.failed() < 0
          || requests.inProgress() < 0
          || (sums.size() >= MAX_HOSTS && !sums.containsKey(place))) {
        refused++;
        return;
      }
      Sum sum = sums.computeIfAbsent(place, p -> new Sum());
      sum.proxies.add(nodeId);
      sum.issued += requests.issued();
      sum.succeeded += requests.succeeded();
      sum.failed += requests.failed();
      sum.inProgress.put(nodeId, requests.inProgress());
      report.metrics().forEach((name, metric) -> add(sum, name, metric));
    } finally {
      lock.unlock();
    }
  }

  private void add(Sum sum, String name, LoadWindow.MetricSum metric) {
    boolean known = sum.metrics.containsKey(name);
    if (!Double.isFinite(metric.sum())
        || metric.sum() < 0
        || metric.count() <= 0
        || (!known && sum.metrics.size() >= MAX_METRICS)) {
      refused++;
      return;
    }
    sum.metrics.merge(
        name,
        metric,
        (one, other) ->
            new LoadWindow.MetricSum(one.count() + other.count(), one.sum() + other.sum()));
  }

  /** Ends the window and begins the next. */
  public LoadWindow take(Instant now, Duration length) {
    lock.lock();
    try {
      List<LoadWindow.HostLoad> hosts = new ArrayList<>();
      sums.forEach((place, sum) -> hosts.add(sum.load(place)));
      sums = new HashMap<>();
      return new LoadWindow(now, length, hosts);
    } finally {
      lock.unlock();
    }
  }

  /** How many values were left out since the start. */
  public long refused() {
    lock.lock();
    try {
      return refused;
    } finally {
      lock.unlock();
    }
  }
}
