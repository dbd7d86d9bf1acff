package io.headgate.controlplane.snapshot;

import java.util.Set;

/**
 * The names of other resources that a resource needs in order to work.
 *
 * @param clusters clusters that a route configuration or listener names
 * @param routes route configurations that a listener names
 * @param endpoints load assignments that a cluster names
 */
public record References(Set<String> clusters, Set<String> routes, Set<String> endpoints) {
  public static final References NONE = new References(Set.of(), Set.of(), Set.of());

  public References {
    clusters = Set.copyOf(clusters);
    routes = Set.copyOf(routes);
    endpoints = Set.copyOf(endpoints);
  }
}
