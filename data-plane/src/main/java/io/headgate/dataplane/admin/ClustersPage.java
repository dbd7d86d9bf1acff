package io.headgate.dataplane.admin;

import io.envoyproxy.envoy.admin.v3.ClusterStatus;
import io.envoyproxy.envoy.admin.v3.Clusters;
import io.envoyproxy.envoy.admin.v3.HostHealthStatus;
import io.envoyproxy.envoy.admin.v3.HostStatus;
import io.envoyproxy.envoy.admin.v3.SimpleMetric;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.endpoint.EndpointLoad;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostDescription;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.xds.model.cluster.CircuitBreakers.Thresholds;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes clusters and their hosts, in Envoy's two formats. */
final class ClustersPage {
  private ClustersPage() {}

  private static List<Cluster> sorted(Collection<Cluster> clusters) {
    return clusters.stream().sorted(Comparator.comparing(Cluster::name)).toList();
  }

  private static Map<String, Long> figures(Host host) {
    EndpointLoad load = host.endpoint().load();
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("cx_connect_fail", load.connectFailures());
    figures.put("rq_active", (long) load.active());
    figures.put("rq_error", load.errors());
    figures.put("rq_success", load.successes());
    figures.put("rq_total", load.errors() + load.successes());
    return figures;
  }

  private static String flags(Host host) {
    StringBuilder flags = new StringBuilder();
    if (host.endpoint().outlier().isEjected()) {
      flags.append("/failed_outlier_check");
    }
    if (!host.healthy()) {
      flags.append("/failed_eds_health");
    }
    return flags.isEmpty() ? "healthy" : flags.toString();
  }

  static String text(Collection<Cluster> clusters) {
    StringBuilder out = new StringBuilder();
    for (Cluster cluster : sorted(clusters)) {
      String name = cluster.name();
      line(out, name, "observability_name", name);
      thresholds(out, name + "::default_priority", cluster.config().circuitBreakers().normal());
      thresholds(out, name + "::high_priority", cluster.config().circuitBreakers().high());
      for (Host host : cluster.hosts().hosts()) {
        host(out, name + "::" + host.endpoint().text(), host);
      }
    }
    return out.toString();
  }

  private static void thresholds(StringBuilder out, String prefix, Thresholds thresholds) {
    line(out, prefix, "max_connections", String.valueOf(thresholds.maxConnections()));
    line(out, prefix, "max_pending_requests", String.valueOf(thresholds.maxPendingRequests()));
    line(out, prefix, "max_requests", String.valueOf(thresholds.maxRequests()));
    line(out, prefix, "max_retries", String.valueOf(thresholds.maxRetries()));
  }

  private static void host(StringBuilder out, String prefix, Host host) {
    figures(host).forEach((name, value) -> line(out, prefix, name, String.valueOf(value)));
    HostDescription configured = host.configured();
    line(out, prefix, "hostname", configured.hostname());
    line(out, prefix, "health_flags", flags(host));
    line(out, prefix, "weight", String.valueOf(host.weight()));
    line(out, prefix, "region", configured.region());
    line(out, prefix, "zone", configured.zone());
    line(out, prefix, "sub_zone", configured.subZone());
    line(out, prefix, "priority", String.valueOf(host.priority()));
    if (host.endpoint().outlier().isEjected()) {
      line(out, prefix, "headgate_ejected_for", host.endpoint().outlier().reason());
    }
  }

  private static void line(StringBuilder out, String prefix, String name, String value) {
    out.append(prefix).append("::").append(name).append("::").append(value).append('\n');
  }

  static String json(Collection<Cluster> clusters) {
    Clusters.Builder all = Clusters.newBuilder();
    for (Cluster cluster : sorted(clusters)) {
      ClusterStatus.Builder status =
          all.addClusterStatusesBuilder()
              .setName(cluster.name())
              .setObservabilityName(cluster.name())
              .setEdsServiceName(cluster.config().endpointsName());
      cluster.hosts().hosts().forEach(host -> status.addHostStatuses(status(host)));
    }
    return ConfigDumpCodec.json(all.build());
  }

  private static HostStatus status(Host host) {
    InetSocketAddress address = host.endpoint().address();
    HostDescription configured = host.configured();
    HostStatus.Builder status =
        HostStatus.newBuilder()
            .setAddress(
                Address.newBuilder()
                    .setSocketAddress(
                        SocketAddress.newBuilder()
                            .setAddress(ConnectionInfo.host(address))
                            .setPortValue(address.getPort())))
            .setWeight(host.weight())
            .setPriority(host.priority())
            .setHostname(configured.hostname())
            .setLocality(
                Locality.newBuilder()
                    .setRegion(configured.region())
                    .setZone(configured.zone())
                    .setSubZone(configured.subZone()))
            .setHealthStatus(
                HostHealthStatus.newBuilder()
                    .setFailedOutlierCheck(host.endpoint().outlier().isEjected())
                    .setEdsHealthStatus(
                        host.healthy() ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY));
    figures(host)
        .forEach((name, value) ->
            status.addStats(
                SimpleMetric.newBuilder()
                    .setName(name)
                    .setValue(value)
                    .setType(
                        name.equals("rq_active")
                            ? SimpleMetric.Type.GAUGE
                            : SimpleMetric.Type.COUNTER)));
    return status.build();
  }
}
