package io.headgate.dataplane.runtime;

import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Value;
import java.util.HashSet;
import java.util.Set;

/** Which clusters a route table can send a request to, but for those that requests name. */
final class RouteReferences {
  private RouteReferences() {}

  /** Those that are worth waiting for: not such as our control plane says are not there. */
  static Set<String> awaited(RouteConfiguration table) {
    Set<String> names = clusters(table);
    for (VirtualHost host : table.virtualHosts()) {
      for (Route route : host.routes()) {
        if (route.metadata().get("headgate").fields().get("missing_clusters")
            instanceof Value.Arr missing) {
          for (Value name : missing.values()) {
            if (name instanceof Value.Str text) {
              names.remove(text.value());
            }
          }
        }
      }
    }
    return names;
  }

  static Set<String> clusters(RouteConfiguration table) {
    Set<String> names = new HashSet<>(Mirror.namedClusters(table.mirrors()));
    for (VirtualHost host : table.virtualHosts()) {
      names.addAll(Mirror.namedClusters(host.options().mirrors()));
      for (Route route : host.routes()) {
        switch (route.action()) {
          case RouteAction.Forward forward -> names.addAll(forward.namedClusters());
          case RouteAction.Redirect _, RouteAction.DirectResponse _ -> {}
        }
      }
    }
    return names;
  }
}
