package io.headgate.dataplane.explain;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.endpoint.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The hosts of a cluster as candidates: who takes part, with which weight, and who does not. */
final class WhyHost {
  private WhyHost() {}

  static Map<String, Object> cluster(Cluster cluster) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", cluster.name());
    out.put("policy", String.valueOf(cluster.config().loadBalancing().policy()));
    out.put("requests_in_flight", cluster.breaker(false).requests());
    out.put("max_requests", cluster.breaker(false).limits().maxRequests());
    List<Object> hosts = new ArrayList<>();
    int candidates = 0;
    for (Host host : cluster.hosts().hosts()) {
      Map<String, Object> shown = host(host);
      candidates += Boolean.TRUE.equals(shown.get("candidate")) ? 1 : 0;
      hosts.add(shown);
    }
    out.put("candidates", candidates);
    out.put("hosts", hosts);
    return out;
  }

  private static Map<String, Object> host(Host host) {
    Map<String, Object> out = new LinkedHashMap<>();
    String why = not(host);
    out.put("address", host.endpoint().text());
    out.put("candidate", why.isEmpty());
    if (!why.isEmpty()) {
      out.put("why_not", why);
    }
    out.put("priority", host.priority());
    out.put("weight", host.weight());
    out.put("zone", host.configured().zone());
    out.put("requests_in_flight", host.endpoint().load().active());
    return out;
  }

  /** Empty for a host that takes part; in panic all of its priority do. */
  private static String not(Host host) {
    if (host.endpoint().outlier().isEjected()) {
      return "ejected for " + host.endpoint().outlier().reason();
    }
    if (host.draining()) {
      return "drains";
    }
    return host.healthy() ? "" : "discovery says " + host.configured().healthStatus();
  }
}
