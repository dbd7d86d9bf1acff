package io.headgate.dataplane.route;

import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.route.ClusterChoice;
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

  CompiledRoute[] compile(VirtualHost host) {
    List<CompiledRoute> routes = new ArrayList<>();
    for (Route route : host.routes()) {
      routes.add(compile(host, route));
    }
    return routes.toArray(new CompiledRoute[0]);
  }

  private CompiledRoute compile(VirtualHost host, Route route) {
    PathTest path = PathTest.of(route.match().path(), route.match().caseSensitive());
    List<RouteEntry> entries = new ArrayList<>();
    List<Long> bounds = new ArrayList<>();
    switch (route.action()) {
      case RouteAction.Forward forward -> {
        switch (forward.clusters()) {
          case ClusterChoice.One one ->
              entries.add(
                  entry(
                      host, route, path, forward(host, route, forward, one.cluster(), null), null));
          case ClusterChoice.Weighted weighted -> {
            long sum = 0;
            for (WeightedCluster cluster : weighted.clusters()) {
              sum += cluster.weight();
              bounds.add(sum);
              RouteTarget target =
                  forward(host, route, forward, cluster.name(), cluster.hostRewriteLiteral());
              entries.add(entry(host, route, path, target, cluster));
            }
          }
        }
      }
      case RouteAction.Redirect redirect ->
          entries.add(
              entry(
                  host, route, path, new RouteTarget.Redirect(new RedirectRules(redirect)), null));
      case RouteAction.DirectResponse direct ->
          entries.add(
              entry(
                  host, route, path, new RouteTarget.Direct(direct.status(), direct.body()), null));
    }
    return new CompiledRoute(
        path,
        route.match().headers().stream().map(HeaderTest::new).toArray(HeaderTest[]::new),
        route.match().queryParameters().stream().map(QueryTest::new).toArray(QueryTest[]::new),
        entries.toArray(new RouteEntry[0]),
        bounds.stream().mapToLong(Long::longValue).toArray());
  }

  private static RouteTarget forward(
      VirtualHost host,
      Route route,
      RouteAction.Forward forward,
      String cluster,
      @Nullable String hostOfCluster) {
    RetryPolicy policy = forward.retryPolicy() == null ? host.retryPolicy() : forward.retryPolicy();
    return new RouteTarget.Forward(
        cluster,
        forward.rewrite().prefix(),
        hostOfCluster == null ? forward.rewrite().hostLiteral() : hostOfCluster,
        timeout(forward.timeouts()),
        policy == null ? null : new RouteRetry(policy, idempotentOnly(route)),
        new RouteTarget.Handling(
            forward.priority() == RouteAction.Priority.HIGH,
            forward.clusterNotFoundStatus(),
            host.attemptCount()));
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
    return route.metadata().get("headgate").fields().get("retry_idempotent_only")
            instanceof Value.Bool flag
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
    if (cluster != null) {
      configs.add(cluster.typedPerFilterConfig());
      levels.add(cluster.headers());
    }
    levels.add(route.headers());
    levels.add(host.headers());
    levels.add(table.headers());
    // Envoy runs the most specific level first, so that the table has the last word, unless told
    // otherwise.
    if (table.mostSpecificHeaderMutationsWins()) {
      Collections.reverse(levels);
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
