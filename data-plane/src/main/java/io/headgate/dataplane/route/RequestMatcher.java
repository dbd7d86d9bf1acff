package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.match.RouteMatch;

/**
 * A compiled route match outside a route table, for filters whose rules choose by request.
 *
 * <p>Thread: immutable.
 */
public final class RequestMatcher {
  private final PathTest path;
  private final HeaderTest[] headers;
  private final QueryTest[] queries;

  private RequestMatcher(PathTest path, HeaderTest[] headers, QueryTest[] queries) {
    this.path = path;
    this.headers = headers;
    this.queries = queries;
  }

  /** Compiles a match. */
  public static RequestMatcher of(RouteMatch match) {
    return new RequestMatcher(
        PathTest.of(match.path(), match.caseSensitive()),
        match.headers().stream().map(HeaderTest::new).toArray(HeaderTest[]::new),
        match.queryParameters().stream().map(QueryTest::new).toArray(QueryTest[]::new));
  }

  /** Returns whether all parts match. */
  public boolean matches(RequestHead head) {
    byte[] bytes = head.headers().array();
    int offset = head.pathOffset();
    int bare = head.pathLengthWithoutQuery();
    if (!path.matches(head, bare)) {
      return false;
    }
    for (HeaderTest header : headers) {
      if (!header.matches(head)) {
        return false;
      }
    }
    int end = offset + head.pathLength();
    int from = Math.min(offset + bare + 1, end);
    for (QueryTest query : queries) {
      if (!query.matches(bytes, from, end)) {
        return false;
      }
    }
    return true;
  }
}
