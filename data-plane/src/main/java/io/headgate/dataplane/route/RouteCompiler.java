package io.headgate.dataplane.route;

import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.ClusterName;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.RouteTimeouts;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.route.WeightedCluster;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the routes of a table.
 *
 * <p>Thread: confined to its user.
 */
final class RouteCompiler {

  private final RouteConfiguration table;
  private final RouteServices services;

  RouteCompiler(RouteConfiguration table, RouteServices services) {
    this.table = table;
    this.services = services;
  }

  HostRoutes compile(VirtualHost host) {
    List<CompiledRoute> routes = new ArrayList<>();
    for (Route route : host.routes()) {
      routes.add(compile(host, route));
    }
    return new HostRoutes(
        RouteIndexBuilder.build(routes.toArray(new CompiledRoute[0])),
        host.options().requireTls(),
        toHttps(host));
  }

  private CompiledRoute compile(VirtualHost host, Route route) {
    Conditions conditions = new Conditions(route.match(), services.runtime());
    List<RouteEntry> entries = new ArrayList<>();
    Split split = null;
    switch (route.action()) {
      case RouteAction.Forward forward -> {
        switch (forward.clusters()) {
          case ClusterChoice.One one ->
              entries.add(one(host, route, conditions, forward, ClusterName.of(one.cluster())));
          case ClusterChoice.FromHeader header ->
              entries.add(
                  one(host, route, conditions, forward, new ClusterName(header.header(), true)));
          case ClusterChoice.Weighted weighted -> {
            split = new Split(weighted, services.runtime());
            for (WeightedCluster cluster : weighted.clusters()) {
              RouteTarget target =
                  forward(host, route, forward, cluster.cluster(), cluster.hostRewriteLiteral());
              entries.add(entry(host, route, conditions.path(), target, cluster));
            }
          }
        }
      }
      case RouteAction.Redirect redirect ->
          entries.add(
              entry(
                  host,
                  route,
                  conditions.path(),
                  new RouteTarget.Redirect(
                      RedirectRules.of(redirect, flag(route, "redirect_omit_default_port"))),
                  null));
      case RouteAction.DirectResponse direct ->
          entries.add(
              entry(
                  host,
                  route,
                  conditions.path(),
                  new RouteTarget.Direct(direct.status(), direct.body()),
                  null));
    }
    return new CompiledRoute(conditions, entries.toArray(new RouteEntry[0]), split);
  }

  private RouteEntry one(
      VirtualHost host,
      Route route,
      Conditions conditions,
      RouteAction.Forward forward,
      ClusterName cluster) {
    return entry(
        host, route, conditions.path(), forward(host, route, forward, cluster, null), null);
  }

  private RouteTarget forward(
      VirtualHost host,
      Route route,
      RouteAction.Forward forward,
      ClusterName cluster,
      @Nullable String hostOfCluster) {
    RetryPolicy policy = forward.retryPolicy() == null ? host.retryPolicy() : forward.retryPolicy();
    return new RouteTarget.Forward(
        new ClusterPick(cluster),
        new RequestRewrite(forward.rewrite(), hostOfCluster),
        timeout(forward.timeouts()),
        policy == null ? null : new RouteRetry(policy, idempotentOnly(route)),
        new RouteTarget.Handling(
            forward.priority() == RouteAction.Priority.HIGH,
            forward.clusterNotFoundStatus(),
            host.attemptCount()),
        new RouteTarget.Rest(
            forward.options().hashPolicies().isEmpty()
                ? RequestHash.NONE
                : new RequestHash(forward.options().hashPolicies()),
            mirrors(host, forward),
            forward.options().internalRedirects()));
  }

  /** The nearest level that has any. */
  private List<RouteMirror> mirrors(VirtualHost host, RouteAction.Forward forward) {
    List<Mirror> nearest = forward.options().mirrors();
    if (nearest.isEmpty()) {
      nearest = host.options().mirrors();
    }
    if (nearest.isEmpty()) {
      nearest = table.mirrors();
    }
    return nearest.stream().map(mirror -> new RouteMirror(mirror, services.runtime())).toList();
  }

  /** With a maximum stream duration the connection manager watches the time, and the router not. */
  private static RouteTarget.ResponseTimeout timeout(RouteTimeouts timeouts) {
    if (timeouts.maxStream() != null) {
      return new RouteTarget.ResponseTimeout(0, -1, 0);
    }
    RouteTimeouts.Grpc grpc = timeouts.grpc();
    return new RouteTarget.ResponseTimeout(
        timeouts.response().toMillis(),
        grpc == null ? -1 : grpc.max().toMillis(),
        grpc == null || grpc.offset() == null ? 0 : grpc.offset().toMillis());
  }

  /**
   * Our control plane says so in the route's metadata; a hand-written {@code retry_on} is an
   * opt-in.
   */
  private static boolean idempotentOnly(Route route) {
    return flag(route, "retry_idempotent_only");
  }

  /** What our control plane says to Headgate's proxies alone. */
  private static boolean flag(Route route, String name) {
    return route.metadata().get("headgate").fields().get(name) instanceof Value.Bool flag
        && flag.value();
  }

  private RouteEntry entry(
      VirtualHost host,
      Route route,
      PathTest path,
      RouteTarget target,
      @Nullable WeightedCluster cluster) {
    List<HeaderMutations> levels = new ArrayList<>();
    List<Map<String, FilterConfig>> configs = new ArrayList<>();
    configs.add(table.typedPerFilterConfig());
    configs.add(host.typedPerFilterConfig());
    configs.add(route.typedPerFilterConfig());
    levels.add(route.headers());
    levels.add(host.headers());
    levels.add(table.headers());
    // Envoy runs the most specific level first, so that the table has the last word, unless told
    // otherwise.
    if (table.options().mostSpecificHeaderMutationsWins()) {
      Collections.reverse(levels);
    }
    if (cluster != null) {
      configs.add(cluster.typedPerFilterConfig());
      levels.addFirst(cluster.headers()); // in any case
    }
    RouteOverrides overrides = Overrides.compile(configs, services.overrides());
    return new RouteEntry(
        new RouteEntry.Names(route.name(), host.name()),
        path,
        target,
        edits(levels),
        overrides,
        streamTimes(route.action()),
        route.action() instanceof RouteAction.Forward forward ? forward.upgrades() : Upgrades.NONE);
  }

  private static RouteEntry.StreamTimes streamTimes(RouteAction action) {
    if (!(action instanceof RouteAction.Forward forward)) {
      return RouteEntry.StreamTimes.NONE;
    }
    RouteTimeouts.MaxStream max = forward.timeouts().maxStream();
    return new RouteEntry.StreamTimes(
        nanos(forward.timeouts().idle()),
        max == null ? -1 : nanos(max.duration()),
        max == null ? -1 : nanos(max.grpcHeaderMax()),
        max == null || max.grpcHeaderOffset() == null ? 0 : max.grpcHeaderOffset().toNanos());
  }

  private static long nanos(@Nullable Duration duration) {
    return duration == null ? -1 : duration.toNanos();
  }

  /** The answer for requests of a host that wants them over TLS. */
  private static RouteEntry toHttps(VirtualHost host) {
    return new RouteEntry(
        new RouteEntry.Names("", host.name()),
        PathTest.of(new PathMatch.Prefix("/"), true),
        new RouteTarget.Redirect(RedirectRules.TO_HTTPS),
        new RouteEntry.Edits(HeaderEdits.NONE, HeaderEdits.NONE),
        RouteOverrides.NONE,
        RouteEntry.StreamTimes.NONE,
        Upgrades.NONE);
  }

  private RouteEntry.Edits edits(List<HeaderMutations> levels) {
    return new RouteEntry.Edits(
        HeaderEdits.compile(
            levels.stream()
                .map(l -> new HeaderEdits.Level(l.requestRemove(), l.requestAdd()))
                .toList(),
            services.formats()),
        HeaderEdits.compile(
            levels.stream()
                .map(l -> new HeaderEdits.Level(l.responseRemove(), l.responseAdd()))
                .toList(),
            services.formats()));
  }
}
