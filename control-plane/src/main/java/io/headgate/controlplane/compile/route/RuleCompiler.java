package io.headgate.controlplane.compile.route;

import io.headgate.controlplane.compile.access.AccessRules;
import io.headgate.controlplane.compile.listener.ClientOverlay;
import io.headgate.controlplane.compile.listener.ClientProfile;
import io.headgate.controlplane.compile.listener.LimitRules;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.GrpcRoute;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.ClusterName;
import io.headgate.xds.model.route.ForwardOptions;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.WeightedCluster;
import io.headgate.xds.model.value.Fraction;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.RuntimeFraction;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns one rule of an HTTPRoute or GRPCRoute into routes.
 *
 * <p>A share of a service that is not there answers 500, or UNAVAILABLE to a gRPC client: the route
 * names the cluster all the same, and says how a cluster which cannot be found is answered for. If
 * no share has a service the route answers so itself, because proxies wait for clusters that a new
 * table names. Either heals with the service.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, {@code HTTPRouteRule} and {@code GRPCRouteRule}.
 */
public final class RuleCompiler {
  private static final int UNAVAILABLE = 503;
  private static final int MILLION = 1_000_000;

  private final ConfigImage image;
  private final Policies policies;
  private final Redirects redirects;
  private final Backends backends;

  /**
   * For one port of a gateway.
   *
   * @param redirects by what clients connect to
   * @param backends those of the gateway
   */
  public RuleCompiler(
      ConfigImage image, Policies policies, Redirects redirects, Backends backends) {
    this.image = image;
    this.policies = policies;
    this.redirects = redirects;
    this.backends = backends;
  }

  /**
   * How requests reach a rule.
   *
   * @param security the policy of the rule, its route or its gateway
   * @param client the policy of the listener
   */
  public record Way(Optional<SecurityPolicy> security, Optional<ClientTrafficPolicy> client) {
    Duration routeTimeout() {
      return ClientProfile.routeTimeout(client.map(ClientTrafficPolicy::profile).orElse(null));
    }
  }

  /**
   * The routes of a rule, for each of its matches one or two.
   *
   * @param way how its requests come in
   * @param broken whether the rule cannot be carried out and answers 500 instead
   */
  public List<RouteEntry> routes(RequestRoute route, int index, Way way, boolean broken) {
    HttpRoute.Rule rule = route.rules().get(index);
    Map<String, FilterConfig> perFilter = new TreeMap<>(AccessRules.perRoute(way.security(), rule));
    perFilter.putAll(LimitRules.perRoute(ClientOverlay.of(way.client()), route.key(), rule));
    HeaderMutations headers = broken ? HeaderMutations.NONE : HeaderEdits.of(rule.filters());
    List<RouteEntry> entries = new ArrayList<>();
    for (int i = 0; i < rule.matches().size(); i++) {
      RouteMatch match = rule.matches().get(i);
      for (PathVariant variant : broken ? PathVariant.plain(match) : PathVariant.of(match, rule)) {
        RouteAction action = broken ? unavailable(route) : action(route, rule, variant, way);
        entries.add(
            new RouteEntry(
                match,
                new RouteEntry.Origin(route.key(), image.created(route.key()), index, i),
                new Route(
                    XdsNames.route(route.key(), index),
                    Matches.with(match, variant.path()),
                    action,
                    headers,
                    perFilter,
                    metadata(route, rule, action))));
      }
    }
    return entries;
  }

  private Metadata metadata(RequestRoute route, HttpRoute.Rule rule, RouteAction action) {
    return switch (action) {
      case RouteAction.Forward f -> forwarding(route, rule);
      case RouteAction.Redirect r ->
          rule.filters().stream()
              .filter(HttpFilter.Redirect.class::isInstance)
              .map(filter -> redirects.metadata((HttpFilter.Redirect) filter))
              .findFirst()
              .orElse(Metadata.EMPTY);
      case RouteAction.DirectResponse d -> Metadata.EMPTY;
    };
  }

  /** Besides what is said of retries: clusters that proxies need not wait for. */
  private Metadata forwarding(RequestRoute route, HttpRoute.Rule rule) {
    Metadata retries = RetryRules.metadata(rule, policy(route, rule));
    List<Value> missing = new ArrayList<>();
    for (BackendRef share : rule.backends()) {
      if (share.weight() > 0 && backends.failure(route.key(), share.target()).isPresent()) {
        missing.add(new Value.Str(backends.cluster(route.key(), share.target())));
      }
    }
    if (missing.isEmpty()) {
      return retries;
    }
    Map<String, Value> fields = new TreeMap<>(retries.get("headgate").fields());
    fields.put("missing_clusters", new Value.Arr(missing));
    return new Metadata(Map.of("headgate", new Value.Obj(fields)));
  }

  /** The answer of a rule without a backend. */
  private static RouteAction unavailable(RequestRoute route) {
    return new RouteAction.DirectResponse(brokenStatus(route), "");
  }

  /** What is answered for a backend that is not there: 503 is UNAVAILABLE to a gRPC client. */
  private static int brokenStatus(RequestRoute route) {
    return switch (route) {
      case HttpRoute h -> 500;
      case GrpcRoute g -> UNAVAILABLE;
    };
  }

  private RouteAction action(
      RequestRoute route, HttpRoute.Rule rule, PathVariant variant, Way way) {
    @Nullable String host = null;
    for (HttpFilter filter : rule.filters()) {
      if (filter instanceof HttpFilter.Redirect redirect) {
        return redirects.action(redirect, variant);
      }
      if (filter instanceof HttpFilter.Rewrite rewrite) {
        host = rewrite.hostname();
      }
    }
    List<BackendRef> shares =
        rule.backends().stream().filter(backend -> backend.weight() > 0).toList();
    long missing =
        shares.stream()
            .filter(share -> backends.failure(route.key(), share.target()).isPresent())
            .count();
    if (missing == shares.size()) {
      return unavailable(route);
    }
    Optional<BackendTrafficPolicy> policy = policy(route, rule);
    boolean high =
        policy
            .map(p -> p.settings().connections().highPriority())
            .filter(Boolean::booleanValue)
            .isPresent();
    return new RouteAction.Forward(
        clusters(route, shares),
        variant.rewrite(rule, host),
        TimeoutRules.of(rule, policy, way.routeTimeout()),
        RetryRules.of(rule, policy),
        high ? RouteAction.Priority.HIGH : RouteAction.Priority.DEFAULT,
        missing == 0 ? UNAVAILABLE : brokenStatus(route),
        new ForwardOptions(Upgrades.NONE, List.of(), mirrors(route, rule), null));
  }

  /** Mirrors that lead nowhere are left out; the route's conditions say so. */
  private List<Mirror> mirrors(RequestRoute route, HttpRoute.Rule rule) {
    List<Mirror> mirrors = new ArrayList<>();
    for (HttpFilter.Mirror filter : Backends.mirrors(rule)) {
      if (filter.numerator() > 0 && backends.failure(route.key(), filter.backend()).isEmpty()) {
        String cluster = backends.cluster(route.key(), filter.backend());
        mirrors.add(new Mirror(ClusterName.of(cluster), fraction(filter), true));
      }
    }
    return mirrors;
  }

  private static @Nullable RuntimeFraction fraction(HttpFilter.Mirror mirror) {
    if (mirror.numerator() >= mirror.denominator()) {
      return null;
    }
    long parts = Math.round((double) mirror.numerator() * MILLION / mirror.denominator());
    return new RuntimeFraction("", new Fraction(parts, MILLION));
  }

  /** The policy of a rule or its route, else of its backends. */
  private Optional<BackendTrafficPolicy> policy(RequestRoute route, HttpRoute.Rule rule) {
    Optional<BackendTrafficPolicy> own = policies.backend().at(route.key(), rule.name());
    return own.isPresent()
        ? own
        : ofBackends(rule.backends().stream().filter(backend -> backend.weight() > 0).toList());
  }

  /**
   * The policy of the first backend that has one: a rule can have only one timeout and one retry
   * policy.
   */
  private Optional<BackendTrafficPolicy> ofBackends(List<BackendRef> refs) {
    for (BackendRef ref : refs) {
      Optional<Service> service = image.object(ref.service(), Service.class);
      Optional<Service.Port> port = backends.port(ref.target());
      if (service.isPresent() && port.isPresent()) {
        Optional<BackendTrafficPolicy> policy = policies.of(service.get(), port.get());
        if (policy.isPresent()) {
          return policy;
        }
      }
    }
    return Optional.empty();
  }

  private ClusterChoice clusters(RequestRoute route, List<BackendRef> refs) {
    if (refs.size() == 1 && refs.getFirst().filters().isEmpty()) {
      return new ClusterChoice.One(backends.cluster(route.key(), refs.getFirst().target()));
    }
    List<WeightedCluster> shares = new ArrayList<>();
    for (BackendRef ref : refs) {
      shares.add(
          new WeightedCluster(
              backends.cluster(route.key(), ref.target()),
              ref.weight(),
              HeaderEdits.of(ref.filters()),
              Map.of(),
              null));
    }
    return new ClusterChoice.Weighted(shares);
  }
}
