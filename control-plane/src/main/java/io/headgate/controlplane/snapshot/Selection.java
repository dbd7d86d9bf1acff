package io.headgate.controlplane.snapshot;

import io.headgate.controlplane.compile.CompiledFleet;
import io.headgate.controlplane.compile.CompiledGateway;
import io.headgate.controlplane.compile.SharedPorts;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of the fleet a node group gets; groups that select alike share one snapshot.
 *
 * <p>If two selected gateways want the same port, one has it, see {@link SharedPorts}: a proxy has
 * each port once. A listener that needs a filter which the client does not have is left out, rather
 * than sent without the filter.
 *
 * @param gateways the gateways by "namespace/name"; empty means all
 * @param tokens whether the client can check tokens
 * @param own whether the client says that it has Headgate's own extensions
 * @param confidential whether keys may be sent; without that, only authorities are
 */
record Selection(
    Optional<Set<String>> gateways, boolean tokens, boolean own, boolean confidential) {
  private static final String JWT_AUTHN =
      "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication";

  private static final List<String> OWN =
      List.of(
          "headgate.extensions.v1.HttpLimits",
          "headgate.extensions.v1.ClientLimits",
          "headgate.extensions.v1.HeaderRules");

  static Selection of(NodeGroup group) {
    boolean tokens = group.capabilities().isEmpty() || has(group, JWT_AUTHN);
    boolean own = OWN.stream().allMatch(name -> has(group, name));
    return new Selection(group.gateways(), tokens, own, group.confidential());
  }

  private static boolean has(NodeGroup group, String type) {
    return group.capabilities().stream()
        .anyMatch(url -> url.equals(type) || url.endsWith("/" + type));
  }

  /** All sets of this selection. */
  Map<ResourceType, List<EncodedResource>> resources(CompiledFleet fleet, Library library) {
    List<EncodedResource> listeners = new ArrayList<>();
    List<EncodedResource> routes = new ArrayList<>();
    Set<String> secrets = new TreeSet<>();
    Set<Integer> ports = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (ObjectKey key : new SharedPorts(fleet).precedence()) {
      CompiledGateway gateway = fleet.gateways().get(key);
      if (gateway != null && selects(key)) {
        gateway(gateway, library, ports, listeners, routes);
        secrets.addAll(gateway.secrets().keySet());
      }
    }
    Stream.concat(listeners.stream(), routes.stream())
        .forEach(r -> names.addAll(r.references().clusters()));
    List<EncodedResource> clusters = found(names.stream().map(library::cluster));
    Stream<String> assignments =
        clusters.stream().flatMap(c -> c.references().endpoints().stream());
    clusters.forEach(c -> secrets.addAll(c.references().secrets()));
    Stream<String> allowed =
        secrets.stream().filter(name -> confidential || XdsNames.isAuthorities(name));
    return Map.of(
        ResourceType.LISTENER, listeners,
        ResourceType.ROUTES, routes,
        ResourceType.CLUSTER, clusters,
        ResourceType.ENDPOINTS, found(assignments.map(library::endpoints)),
        ResourceType.SECRET, found(allowed.map(library::secret)));
  }

  private void gateway(
      CompiledGateway gateway,
      Library library,
      Set<Integer> ports,
      List<EncodedResource> listeners,
      List<EncodedResource> routes) {
    new TreeMap<>(gateway.listeners())
        .forEach((port, compiled) -> {
          if ((tokens || !needsTokens(compiled.value())) && ports.add(port)) {
            EncodedResource listener = library.listener(compiled.name(), own);
            add(listeners, listener);
            if (listener != null) {
              listener.references().routes().stream()
                  .sorted()
                  .forEach(name -> add(routes, library.routes(name, own)));
            }
          }
        });
  }

  private boolean selects(ObjectKey gateway) {
    return gateways.isEmpty()
        || gateways.get().contains(gateway.namespace() + "/" + gateway.name());
  }

  private static boolean needsTokens(Listener listener) {
    FilterChain otherwise = listener.defaultFilterChain();
    return Stream.concat(listener.filterChains().stream(), Stream.ofNullable(otherwise))
        .flatMap(chain -> chain.filters().stream())
        .anyMatch(filter ->
            switch (filter) {
              case ConnectionLimit _, TcpProxy _ -> false;
              case HttpConnectionManager http ->
                  http.httpFilters().stream()
                      .anyMatch(f ->
                          f.config() instanceof JwtAuthnConfig jwt
                              && !jwt.requirements().isEmpty());
            });
  }

  private static List<EncodedResource> found(Stream<@Nullable EncodedResource> resources) {
    List<EncodedResource> found = new ArrayList<>();
    resources.forEach(resource -> add(found, resource));
    return found;
  }

  private static void add(List<EncodedResource> to, @Nullable EncodedResource resource) {
    if (resource != null) {
      to.add(resource);
    }
  }
}
