package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one gateway becomes: a listener and a route configuration for each port, under the same
 * name.
 *
 * @param listeners by port
 * @param routes by port
 * @param services the services that its routes name, whether they are there or not
 * @param conditions what is to be said of the gateway and of the routes and policies that attach to
 *     it
 * @param secrets that its listeners ask for, by name
 * @param states what is to be said of its listeners, in their order
 * @param own what nothing else may share
 */
public record CompiledGateway(
    Map<Integer, Compiled<Listener>> listeners,
    Map<Integer, Compiled<RouteConfiguration>> routes,
    Set<ObjectKey> services,
    Map<ObjectKey, List<Condition>> conditions,
    Map<String, Compiled<Secret>> secrets,
    List<ListenerState> states,
    Apart own) {
  public CompiledGateway {
    listeners = Map.copyOf(listeners);
    routes = Map.copyOf(routes);
    services = Set.copyOf(services);
    conditions = Map.copyOf(conditions);
    secrets = Map.copyOf(secrets);
    states = List.copyOf(states);
  }

  /**
   * What of a gateway nothing else may share.
   *
   * @param routes route configurations of listeners that ask clients for certificates, by name:
   *     what comes in by another listener of the port never meets them
   * @param clusters those whose hosts are shown the gateway's certificate, by name
   */
  public record Apart(
      Map<String, Compiled<RouteConfiguration>> routes, Map<String, Compiled<Cluster>> clusters) {
    public Apart {
      routes = Map.copyOf(routes);
      clusters = Map.copyOf(clusters);
    }
  }

  /** Route configurations of listeners that ask clients for certificates, by name. */
  public Map<String, Compiled<RouteConfiguration>> apart() {
    return own.routes();
  }
}
