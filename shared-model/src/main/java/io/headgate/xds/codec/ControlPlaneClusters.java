package io.headgate.xds.codec;

import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.route.WeightedCluster;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Clusters of the discovery, load and status streams carry no requests: they may have HTTP/2 and
 * TLS, which requests to upstreams do not have yet.
 */
final class ControlPlaneClusters {
  private ControlPlaneClusters() {}

  static void check(MessageReader r, List<Listener> listeners) {
    Set<String> used = new TreeSet<>();
    for (Listener listener : listeners) {
      listener.filterChains().forEach(chain -> collect(chain, used));
      if (listener.defaultFilterChain() != null) {
        collect(listener.defaultFilterChain(), used);
      }
    }
    used.retainAll(r.options().controlPlaneClusters());
    for (String name : used) {
      r.refuse(
          "static_resources",
          "a route forwards to cluster '" + name + "', which the control plane's streams use",
          "give the route a cluster of its own");
    }
  }

  private static void collect(FilterChain chain, Set<String> used) {
    switch (chain.terminalFilter()) {
      case HttpConnectionManager hcm -> {
        if (hcm.routes() instanceof RouteSource.Inline inline) {
          for (VirtualHost host : inline.routes().virtualHosts()) {
            host.routes().forEach(route -> collect(route, used));
          }
        }
      }
    }
  }

  private static void collect(Route route, Set<String> used) {
    if (route.action() instanceof RouteAction.Forward forward) {
      switch (forward.clusters()) {
        case ClusterChoice.One one -> used.add(one.cluster());
        case ClusterChoice.Weighted weighted ->
            weighted.clusters().stream().map(WeightedCluster::name).forEach(used::add);
      }
    }
  }
}
