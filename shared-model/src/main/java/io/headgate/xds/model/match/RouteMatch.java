package io.headgate.xds.model.match;

import io.headgate.xds.model.value.RuntimeFraction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route takes. All parts must match.
 *
 * @param caseSensitive holds for prefix, exact and path-separated prefix
 * @param grpc whether only gRPC requests are taken
 * @param runtimeFraction the share of requests that is taken; null for all
 */
public record RouteMatch(
    PathMatch path,
    boolean caseSensitive,
    List<HeaderMatcher> headers,
    List<QueryParameterMatcher> queryParameters,
    boolean grpc,
    @Nullable RuntimeFraction runtimeFraction) {
  public RouteMatch {
    headers = List.copyOf(headers);
    queryParameters = List.copyOf(queryParameters);
  }

  /** A match on what stands in the request. */
  public RouteMatch(
      PathMatch path,
      boolean caseSensitive,
      List<HeaderMatcher> headers,
      List<QueryParameterMatcher> queryParameters) {
    this(path, caseSensitive, headers, queryParameters, false, null);
  }

  /** A match on the path alone. */
  public static RouteMatch of(PathMatch path) {
    return new RouteMatch(path, true, List.of(), List.of());
  }
}
