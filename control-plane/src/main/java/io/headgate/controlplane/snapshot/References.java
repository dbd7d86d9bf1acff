package io.headgate.controlplane.snapshot;

import java.util.Set;

/**
 * What a resource needs in order to work: names of other resources, and addresses.
 *
 * @param clusters clusters that a route configuration or listener names
 * @param routes route configurations that a listener names
 * @param endpoints load assignments that a cluster names
 * @param addresses of a listener, which no other of the same client can have
 * @param secrets secrets that a cluster names
 */
public record References(
    Set<String> clusters,
    Set<String> routes,
    Set<String> endpoints,
    Set<String> addresses,
    Set<String> secrets) {
  public static final References NONE = new References(Set.of(), Set.of(), Set.of());

  public References {
    clusters = Set.copyOf(clusters);
    routes = Set.copyOf(routes);
    endpoints = Set.copyOf(endpoints);
    addresses = Set.copyOf(addresses);
    secrets = Set.copyOf(secrets);
  }

  /** Of a resource that names no secret. */
  public References(
      Set<String> clusters, Set<String> routes, Set<String> endpoints, Set<String> addresses) {
    this(clusters, routes, endpoints, addresses, Set.of());
  }

  /** Of a resource without an address or a secret. */
  public References(Set<String> clusters, Set<String> routes, Set<String> endpoints) {
    this(clusters, routes, endpoints, Set.of(), Set.of());
  }
}
