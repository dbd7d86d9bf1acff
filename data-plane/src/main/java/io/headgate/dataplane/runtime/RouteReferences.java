package io.headgate.dataplane.runtime;

import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.route.WeightedCluster;
import java.util.HashSet;
import java.util.Set;

/** Which clusters a route table can send a request to. */
final class RouteReferences {
  private RouteReferences() {}

  static Set<String> clusters(RouteConfiguration table) {
    Set<String> names = new HashSet<>();
    for (VirtualHost host : table.virtualHosts()) {
      for (Route route : host.routes()) {
        switch (route.action()) {
          case RouteAction.Forward forward -> add(forward.clusters(), names);
          case RouteAction.Redirect _, RouteAction.DirectResponse _ -> {}
        }
      }
    }
    return names;
  }

  private static void add(ClusterChoice choice, Set<String> names) {
    switch (choice) {
      case ClusterChoice.One(String cluster) -> names.add(cluster);
      case ClusterChoice.Weighted weighted -> {
        for (WeightedCluster cluster : weighted.clusters()) {
          if (cluster.weight() > 0) {
            names.add(cluster.name());
          }
        }
      }
    }
  }
}
