package io.headgate.dataplane.load;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.EndpointLoadMetricStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.LoadMetric;
import io.headgate.dataplane.http.ConnectionInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Works out load reports: per cluster, locality and, when asked for, endpoint, what has come since
 * the last report.
 *
 * <p>Traffic accrues between reports, whether a stream is open or not; an endpoint that has left is
 * reported once more. Beside the ORCA metrics each endpoint has {@value #LATENCY_METRIC}: the
 * number of answers and the sum of their times, so that the receiver can work out means over any
 * window.
 *
 * <p>Thread: confined to the reporter.
 */
final class LoadReport {

  /** Named metric of answer times in milliseconds. */
  static final String LATENCY_METRIC = "latency_ms";

  private final Map<String, Map<Endpoint, LoadTotals>> reported = new HashMap<>();

  /**
   * Makes the entries of the next report.
   *
   * @param wanted tells which clusters are reported
   * @param sinceNanos time since the last report
   */
  List<ClusterStats> next(
      Collection<ReportedCluster> clusters,
      Predicate<String> wanted,
      boolean perEndpoint,
      long sinceNanos) {
    List<ClusterStats> stats = new ArrayList<>();
    reported.keySet().retainAll(names(clusters));
    for (ReportedCluster cluster : clusters) {
      if (wanted.test(cluster.name())) {
        stats.add(next(cluster, perEndpoint, sinceNanos));
      }
    }
    return stats;
  }

  private static Set<String> names(Collection<ReportedCluster> clusters) {
    Set<String> names = new HashSet<>();
    for (ReportedCluster cluster : clusters) {
      names.add(cluster.name());
    }
    return names;
  }

  private ClusterStats next(ReportedCluster cluster, boolean perEndpoint, long sinceNanos) {
    Map<Endpoint, LoadTotals> totals =
        reported.computeIfAbsent(cluster.name(), name -> new LinkedHashMap<>());
    for (Host host : cluster.hosts().hosts()) {
      totals.computeIfAbsent(host.endpoint(), e -> new LoadTotals(host)).host(host);
    }
    Map<Place, Part> parts = new LinkedHashMap<>();
    for (Iterator<LoadTotals> each = totals.values().iterator(); each.hasNext(); ) {
      LoadTotals one = each.next();
      LoadDelta delta = one.take();
      if (one.endpoint().removed() && one.endpoint().load().active() == 0) {
        each.remove();
      }
      if (!delta.requests().isNothing()) {
        parts.computeIfAbsent(Place.of(one.host()), place -> new Part()).add(one, delta);
      }
    }
    ClusterStats.Builder stats =
        ClusterStats.newBuilder()
            .setClusterName(cluster.name())
            .setLoadReportInterval(
                Duration.newBuilder()
                    .setSeconds(sinceNanos / 1_000_000_000)
                    .setNanos((int) (sinceNanos % 1_000_000_000)));
    if (!cluster.serviceName().isEmpty()) {
      stats.setClusterServiceName(cluster.serviceName());
    }
    parts.forEach((place, part) -> stats.addUpstreamLocalityStats(part.build(place, perEndpoint)));
    return stats.build();
  }

  private record Place(String region, String zone, String subZone, int priority) {
    static Place of(Host host) {
      return new Place(
          host.configured().region(),
          host.configured().zone(),
          host.configured().subZone(),
          host.priority());
    }
  }

  /** The sum over one locality, and its endpoints. */
  private static final class Part {
    private LoadDelta.Requests sum = new LoadDelta.Requests(0, 0, 0, 0);
    private final List<UpstreamEndpointStats> endpoints = new ArrayList<>();

    void add(LoadTotals one, LoadDelta delta) {
      sum = sum.plus(delta.requests());
      endpoints.add(endpoint(one.endpoint(), delta));
    }

    UpstreamLocalityStats build(Place place, boolean perEndpoint) {
      UpstreamLocalityStats.Builder stats =
          UpstreamLocalityStats.newBuilder()
              .setLocality(
                  Locality.newBuilder()
                      .setRegion(place.region())
                      .setZone(place.zone())
                      .setSubZone(place.subZone()))
              .setPriority(place.priority())
              .setTotalSuccessfulRequests(sum.successes())
              .setTotalErrorRequests(sum.errors())
              .setTotalRequestsInProgress(sum.inFlight())
              .setTotalIssuedRequests(sum.issued());
      if (perEndpoint) {
        stats.addAllUpstreamEndpointStats(endpoints);
      }
      return stats.build();
    }

    private static UpstreamEndpointStats endpoint(Endpoint endpoint, LoadDelta delta) {
      UpstreamEndpointStats.Builder stats =
          UpstreamEndpointStats.newBuilder()
              .setAddress(
                  Address.newBuilder()
                      .setSocketAddress(
                          SocketAddress.newBuilder()
                              .setAddress(ConnectionInfo.host(endpoint.address()))
                              .setPortValue(endpoint.address().getPort())))
              .setTotalSuccessfulRequests(delta.requests().successes())
              .setTotalErrorRequests(delta.requests().errors())
              .setTotalRequestsInProgress(delta.requests().inFlight())
              .setTotalIssuedRequests(delta.requests().issued());
      for (LoadMetric metric : LoadMetric.values()) {
        if (delta.metricCount(metric.slot()) > 0) {
          stats.addLoadMetricStats(
              metric(
                  metric.reportName(),
                  delta.metricCount(metric.slot()),
                  delta.metricSum(metric.slot())));
        }
      }
      long answered = delta.requests().successes() + delta.requests().errors();
      if (answered > 0 && delta.latencyNanos() > 0) {
        stats.addLoadMetricStats(metric(LATENCY_METRIC, answered, delta.latencyNanos() / 1e6));
      }
      return stats.build();
    }

    private static EndpointLoadMetricStats metric(String name, long count, double sum) {
      return EndpointLoadMetricStats.newBuilder()
          .setMetricName(name)
          .setNumRequestsFinishedWithMetric(count)
          .setTotalMetricValue(sum)
          .build();
    }
  }
}
