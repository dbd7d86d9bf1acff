package io.headgate.controlplane.compile;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpFilter.PathEdit;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.WeightedCluster;
import io.headgate.xds.model.value.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns one rule of an HTTPRoute into routes.
 *
 * <p>A share of a service that is not there answers 500: the route names the cluster all the same,
 * says that a cluster which cannot be found is an internal error, and so heals with the service.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, {@code HTTPRouteRule}.
 */
final class RuleCompiler {
  private final ConfigImage image;
  private final Policies policies;
  private final int gatewayPort;

  /**
   * For one port of a gateway.
   *
   * @param gatewayPort what clients connect to
   */
  RuleCompiler(ConfigImage image, Policies policies, int gatewayPort) {
    this.image = image;
    this.policies = policies;
    this.gatewayPort = gatewayPort;
  }

  /**
   * How requests reach a rule.
   *
   * @param security the policy of the rule, its route or its gateway
   * @param client the policy of the listener
   */
  record Way(Optional<SecurityPolicy> security, Optional<ClientTrafficPolicy> client) {
    Duration routeTimeout() {
      return ClientProfile.routeTimeout(client.map(ClientTrafficPolicy::profile).orElse(null));
    }
  }

  /** Whether the port that a backend names is there. */
  boolean resolves(BackendRef backend) {
    return image
        .object(backend.service(), Service.class)
        .flatMap(service -> service.port(backend.port()))
        .isPresent();
  }

  /**
   * The routes of a rule, for each of its matches one or two.
   *
   * @param way how its requests come in
   * @param broken whether the rule cannot be carried out and answers 500 instead
   */
  List<RouteEntry> routes(HttpRoute route, int index, Way way, boolean broken) {
    HttpRoute.Rule rule = route.rules().get(index);
    Map<String, FilterConfig> perFilter =
        new TreeMap<>(way.security().map(TokenRules::perRoute).orElse(Map.of()));
    perFilter.putAll(LimitRules.perRoute(ClientOverlay.of(way.client()), route.key(), rule));
    Metadata metadata = RetryRules.metadata(rule, policy(route, rule));
    HeaderMutations headers = broken ? HeaderMutations.NONE : HeaderEdits.of(rule.filters());
    List<RouteEntry> entries = new ArrayList<>();
    for (int i = 0; i < rule.matches().size(); i++) {
      RouteMatch match = rule.matches().get(i);
      for (Variant variant : broken ? plain(match) : variants(match, rule)) {
        RouteAction action = broken ? unavailable() : action(route, rule, variant, way);
        entries.add(
            new RouteEntry(
                match,
                new RouteEntry.Origin(route.key(), index, i),
                new Route(
                    XdsNames.route(route.key(), index),
                    Matches.with(match, variant.path),
                    action,
                    headers,
                    perFilter,
                    action instanceof RouteAction.Forward ? metadata : Metadata.EMPTY)));
      }
    }
    return entries;
  }

  /** The answer of a rule without a backend. */
  private static RouteAction unavailable() {
    return new RouteAction.DirectResponse(500, "");
  }

  /**
   * A path condition and what takes the place of the path that it matched.
   *
   * @param replacement null when the path stays
   */
  private record Variant(PathMatch path, @Nullable String replacement) {}

  private static List<Variant> plain(RouteMatch match) {
    return List.of(new Variant(Matches.path(match.path()), null));
  }

  /**
   * How a replaced prefix is put so that slashes come out right: xDS replaces text, Gateway API
   * replaces path elements.
   *
   * <p>{@code /a → /} needs two routes, because {@code /a} alone must become {@code /} and {@code
   * /a/b} must become {@code /b}.
   */
  private static List<Variant> variants(RouteMatch match, HttpRoute.Rule rule) {
    String wanted = replacedPrefix(rule);
    if (wanted == null || !(match.path() instanceof RouteMatch.PathMatch.Prefix matched)) {
      return plain(match);
    }
    String from = Matches.trimmed(matched.value());
    String to = Matches.trimmed(wanted);
    if (from.isEmpty()) {
      return List.of(new Variant(new PathMatch.Prefix("/"), to + "/"));
    }
    if (to.isEmpty()) {
      return List.of(
          new Variant(new PathMatch.Exact(from), "/"),
          new Variant(new PathMatch.Prefix(from + "/"), "/"));
    }
    return List.of(new Variant(new PathMatch.PathSeparatedPrefix(from), to));
  }

  private static @Nullable String replacedPrefix(HttpRoute.Rule rule) {
    for (HttpFilter filter : rule.filters()) {
      switch (filter) {
        case HttpFilter.Rewrite rewrite -> {
          return rewrite.prefix();
        }
        case HttpFilter.Redirect redirect -> {
          return redirect.path() instanceof PathEdit.Prefix prefix ? prefix.value() : null;
        }
        case HttpFilter.RequestHeaders r -> {}
        case HttpFilter.ResponseHeaders r -> {}
      }
    }
    return null;
  }

  private RouteAction action(HttpRoute route, HttpRoute.Rule rule, Variant variant, Way way) {
    @Nullable String host = null;
    for (HttpFilter filter : rule.filters()) {
      if (filter instanceof HttpFilter.Redirect redirect) {
        return redirect(redirect, variant);
      }
      if (filter instanceof HttpFilter.Rewrite rewrite) {
        host = rewrite.hostname();
      }
    }
    List<BackendRef> backends =
        rule.backends().stream().filter(backend -> backend.weight() > 0).toList();
    if (backends.isEmpty()) {
      return unavailable();
    }
    Optional<BackendTrafficPolicy> policy = policy(route, rule);
    boolean complete = backends.stream().allMatch(this::resolves);
    boolean high =
        policy
            .map(p -> p.settings().connections().highPriority())
            .filter(Boolean::booleanValue)
            .isPresent();
    return new RouteAction.Forward(
        clusters(backends),
        Rewrite.of(variant.replacement, host),
        TimeoutRules.of(rule, policy, way.routeTimeout()),
        RetryRules.of(rule, policy),
        high ? RouteAction.Priority.HIGH : RouteAction.Priority.DEFAULT,
        complete ? 503 : 500);
  }

  /** The policy of a rule or its route, else of its backends. */
  private Optional<BackendTrafficPolicy> policy(HttpRoute route, HttpRoute.Rule rule) {
    Optional<BackendTrafficPolicy> own = policies.backend().at(route.key(), rule.name());
    return own.isPresent()
        ? own
        : ofBackends(rule.backends().stream().filter(backend -> backend.weight() > 0).toList());
  }

  /**
   * The policy of the first backend that has one: a rule can have only one timeout and one retry
   * policy.
   */
  private Optional<BackendTrafficPolicy> ofBackends(List<BackendRef> backends) {
    for (BackendRef backend : backends) {
      Optional<Service> service = image.object(backend.service(), Service.class);
      Optional<Service.Port> port = service.flatMap(s -> s.port(backend.port()));
      if (service.isPresent() && port.isPresent()) {
        Optional<BackendTrafficPolicy> policy = policies.of(service.get(), port.get());
        if (policy.isPresent()) {
          return policy;
        }
      }
    }
    return Optional.empty();
  }

  private static ClusterChoice clusters(List<BackendRef> backends) {
    if (backends.size() == 1) {
      BackendRef only = backends.getFirst();
      return new ClusterChoice.One(XdsNames.cluster(only.service(), only.port()));
    }
    List<WeightedCluster> shares = new ArrayList<>();
    for (BackendRef backend : backends) {
      shares.add(
          new WeightedCluster(
              XdsNames.cluster(backend.service(), backend.port()),
              backend.weight(),
              HeaderMutations.NONE,
              Map.of(),
              null));
    }
    return new ClusterChoice.Weighted(shares);
  }

  private RouteAction redirect(HttpFilter.Redirect redirect, Variant variant) {
    String scheme = redirect.scheme() == null ? "" : redirect.scheme();
    RouteAction.RedirectPath path =
        switch (redirect.path()) {
          case null -> new RouteAction.RedirectPath.Keep();
          case PathEdit.Full full -> new RouteAction.RedirectPath.Replace(full.value());
          case PathEdit.Prefix prefix ->
              new RouteAction.RedirectPath.ReplacePrefix(
                  variant.replacement == null ? prefix.value() : variant.replacement);
        };
    return new RouteAction.Redirect(
        scheme,
        redirect.hostname() == null ? "" : redirect.hostname(),
        redirectPort(redirect),
        path,
        redirect.status(),
        false);
  }

  /**
   * A new scheme without a port means that scheme's own port; 0 keeps what the request has, which
   * drops 80 and 443 by itself.
   */
  private int redirectPort(HttpFilter.Redirect redirect) {
    Integer port = redirect.port();
    if (port != null) {
      return port;
    }
    String scheme = redirect.scheme();
    if (scheme == null || gatewayPort == 80 || gatewayPort == 443) {
      return 0;
    }
    return scheme.equals("https") ? 443 : 80;
  }
}
