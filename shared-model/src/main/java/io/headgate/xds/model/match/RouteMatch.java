package io.headgate.xds.model.match;

import java.util.List;

/**
 * Which requests a route takes. All parts must match.
 *
 * @param caseSensitive holds for prefix, exact and path-separated prefix
 */
public record RouteMatch(
    PathMatch path,
    boolean caseSensitive,
    List<HeaderMatcher> headers,
    List<QueryParameterMatcher> queryParameters) {
  public RouteMatch {
    headers = List.copyOf(headers);
    queryParameters = List.copyOf(queryParameters);
  }

  /** A match on the path alone. */
  public static RouteMatch of(PathMatch path) {
    return new RouteMatch(path, true, List.of(), List.of());
  }
}
