package io.headgate.controlplane.compile.route;

import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.RouteMatch.PathMatch;
import io.headgate.xds.model.route.Route;
import java.util.Comparator;

/**
 * A compiled route with what decides its place among the others of its domain.
 *
 * <p>Exact paths come before regular expressions and those before prefixes; then longer paths, a
 * method, more headers, more query parameters. gRPC calls are compared by the length of the
 * service, then of the method. Then come the older route, the route's namespace and name, the rule
 * and the match in the order of the manifest.
 *
 * <p>Spec: Gateway API, {@code HTTPRouteRule.matches}.
 */
record RouteEntry(RouteMatch match, Origin origin, Route route) implements Comparable<RouteEntry> {
  /**
   * Where a route comes from.
   *
   * @param created the age of its object
   */
  record Origin(ObjectKey object, long created, int rule, int match) {}

  private static final int LONGER_THAN_ANY_METHOD = 10_000;

  private static final Comparator<RouteEntry> PRECEDENCE =
      Comparator.<RouteEntry>comparingInt(entry -> rank(entry.match.path()))
          .thenComparingInt(entry -> -length(entry.match.path()))
          .thenComparingInt(entry -> entry.match.method() == null ? 1 : 0)
          .thenComparingInt(entry -> -entry.match.headers().size())
          .thenComparingInt(entry -> -entry.match.queryParams().size())
          .thenComparingLong(entry -> entry.origin.created())
          .thenComparing(entry -> entry.origin.object())
          .thenComparingInt(entry -> entry.origin.rule())
          .thenComparingInt(entry -> entry.origin.match());

  @Override
  public int compareTo(RouteEntry other) {
    return PRECEDENCE.compare(this, other);
  }

  private static int rank(PathMatch path) {
    return switch (path) {
      case PathMatch.Exact e -> 0;
      case PathMatch.Regex r -> 1;
      case PathMatch.Prefix p -> 2;
      case PathMatch.Rpc r -> 3;
    };
  }

  private static int length(PathMatch path) {
    return switch (path) {
      case PathMatch.Exact e -> e.value().length();
      case PathMatch.Regex r -> r.value().length();
      case PathMatch.Prefix p -> Matches.trimmed(p.value()).length();
      case PathMatch.Rpc r -> r.service().length() * LONGER_THAN_ANY_METHOD + r.method().length();
    };
  }
}
