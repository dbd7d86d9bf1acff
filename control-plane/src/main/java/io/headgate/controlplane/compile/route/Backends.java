package io.headgate.controlplane.compile.route;

import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.tls.TlsCaller;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute.Backend;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.HttpRoute.Rule;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the references of routes to backends lead.
 *
 * <p>Thread: immutable. Spec: Gateway API, {@code HTTPRouteRule.backendRefs}.
 */
public final class Backends {
  /** Why a reference leads nowhere: a reason of Gateway API and a message. */
  public record Failure(String reason, String message) {}

  private final ConfigImage image;
  private final Grants grants;
  private final Policies policies;
  private final Optional<TlsCaller> caller;

  /**
   * For the routes of a gateway.
   *
   * @param caller the gateway, when it shows a certificate to backends
   */
  public Backends(ConfigImage image, Policies policies, Optional<TlsCaller> caller) {
    this.image = image;
    this.grants = Grants.of(image);
    this.policies = policies;
    this.caller = caller;
  }

  /** Why a reference leads nowhere; empty when it leads to a port of a service. */
  public Optional<Failure> failure(ObjectKey route, Backend backend) {
    if (backend.foreign() != null) {
      return Optional.of(
          new Failure(
              "InvalidKind",
              "%s %s is no Service".formatted(backend.foreign(), backend.service().name())));
    }
    if (!grants.allow(route, backend.service())) {
      return Optional.of(new Failure("RefNotPermitted", Grants.missing(route, backend.service())));
    }
    return port(backend).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Failure(
                "BackendNotFound",
                "there is no " + XdsNames.cluster(backend.service(), backend.port())));
  }

  public Optional<Service.Port> port(Backend backend) {
    return image
        .object(backend.service(), Service.class)
        .flatMap(service -> service.port(backend.port()));
  }

  /**
   * The cluster of a backend. One that must not be reached gets a name that no cluster ever has; a
   * missing one keeps its name, and so heals with its service.
   */
  public String cluster(ObjectKey route, Backend backend) {
    String name = XdsNames.cluster(backend.service(), backend.port());
    if (backend.foreign() != null || !grants.allow(route, backend.service())) {
      return XdsNames.unreachable(name);
    }
    return caller
        .filter(c -> c.calls(backend, image, policies))
        .map(c -> XdsNames.cluster(name, c.gateway()))
        .orElse(name);
  }

  /** Everything that the rules of a route refer to, mirrors too. */
  public static List<Backend> of(GatewayRoute route) {
    List<Backend> all = new ArrayList<>();
    switch (route) {
      case RequestRoute requests -> {
        for (Rule rule : requests.rules()) {
          rule.backends().stream().map(BackendRef::target).forEach(all::add);
          mirrors(rule).stream().map(HttpFilter.Mirror::backend).forEach(all::add);
        }
      }
      case ConnectionRoute connections ->
          connections.backends().stream().map(BackendRef::target).forEach(all::add);
    }
    return all;
  }

  public static List<HttpFilter.Mirror> mirrors(Rule rule) {
    return rule.filters().stream()
        .filter(HttpFilter.Mirror.class::isInstance)
        .map(HttpFilter.Mirror.class::cast)
        .toList();
  }
}
