package io.headgate.controlplane.snapshot;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.NetworkFilter;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.tls.SecretRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the names and addresses that a resource mentions.
 *
 * <p>Thread: any; stateless.
 */
final class ReferencesOf {
  private ReferencesOf() {}

  static References cluster(Cluster cluster) {
    Set<String> secrets = new HashSet<>();
    if (cluster.options().tls() != null) {
      for (SecretRef ref : cluster.options().tls().settings().secrets()) {
        if (ref instanceof SecretRef.Discovered(String name, _)) {
          secrets.add(name);
        }
      }
    }
    Set<String> endpoints =
        switch (cluster.endpoints()) {
          case EndpointSource.Eds eds -> Set.of(cluster.endpointsName());
          case EndpointSource.Static _, EndpointSource.UnixSockets _ -> Set.of();
        };
    return new References(Set.of(), Set.of(), endpoints, Set.of(), secrets);
  }

  static References routes(RouteConfiguration table) {
    return new References(clusters(table), Set.of(), Set.of());
  }

  static References listener(Listener listener) {
    Set<String> clusters = new HashSet<>();
    Set<String> routes = new HashSet<>();
    List<FilterChain> chains = new ArrayList<>(listener.filterChains());
    FilterChain otherwise = listener.defaultFilterChain();
    if (otherwise != null) {
      chains.add(otherwise);
    }
    for (FilterChain chain : chains) {
      for (NetworkFilter filter : chain.filters()) {
        switch (filter) {
          case ConnectionLimit _ -> {}
          case TcpProxy tcp -> tcp.clusters().forEach(share -> clusters.add(share.cluster()));
          case HttpConnectionManager http -> {
            if (http.telemetry().tracing() != null) {
              clusters.add(http.telemetry().tracing().collector().cluster());
            }
            switch (http.routes()) {
              case RouteSource.Rds rds -> routes.add(rds.routeConfigName());
              case RouteSource.Inline inline -> clusters.addAll(clusters(inline.routes()));
            }
          }
        }
      }
    }
    return new References(
        clusters,
        routes,
        Set.of(),
        listener.addresses().stream().map(Object::toString).collect(Collectors.toSet()));
  }

  private static Set<String> clusters(RouteConfiguration table) {
    Set<String> names = new HashSet<>(Mirror.namedClusters(table.mirrors()));
    for (VirtualHost host : table.virtualHosts()) {
      names.addAll(Mirror.namedClusters(host.options().mirrors()));
      for (Route route : host.routes()) {
        if (route.action() instanceof RouteAction.Forward forward) {
          names.addAll(forward.namedClusters());
        }
      }
    }
    return names;
  }
}
