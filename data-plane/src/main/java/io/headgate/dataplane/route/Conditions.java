package io.headgate.dataplane.route;

import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.value.RuntimeFraction;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be like, compiled.
 *
 * <p>Thread: immutable.
 */
final class Conditions {
  private final PathTest path;
  private final HeaderTest[] headers;
  private final QueryTest[] queries;
  private final boolean grpc;
  private final @Nullable RuntimeFraction fraction;
  private final RuntimeFlags runtime;

  Conditions(RouteMatch match, RuntimeFlags runtime) {
    path = PathTest.of(match.path(), match.caseSensitive());
    headers = compile(match.headers());
    queries = match.queryParameters().stream().map(QueryTest::new).toArray(QueryTest[]::new);
    grpc = match.grpc();
    fraction = match.runtimeFraction();
    this.runtime = runtime;
  }

  private static HeaderTest[] compile(List<HeaderMatcher> matchers) {
    return matchers.stream().map(HeaderTest::new).toArray(HeaderTest[]::new);
  }

  PathTest path() {
    return path;
  }

  /** Whether the path alone decides. */
  boolean isPathOnly() {
    return headers.length == 0 && queries.length == 0 && !grpc && fraction == null;
  }

  /**
   * Whether all hold.
   *
   * @param length of the path that is looked at
   * @param random draws for a fraction
   */
  boolean hold(RequestHead head, int length, RandomGenerator random) {
    if (!path.matches(head, length)) {
      return false;
    }
    if (fraction != null && !runtime.takes(fraction, random.nextLong())) {
      return false;
    }
    if (grpc && !Grpc.isGrpc(head.headers())) {
      return false;
    }
    for (HeaderTest header : headers) {
      if (!header.matches(head)) {
        return false;
      }
    }
    return queries.length == 0 || queriesHold(head);
  }

  private boolean queriesHold(RequestHead head) {
    byte[] bytes = head.headers().array();
    int end = head.pathOffset() + head.pathLength();
    int from = Math.min(head.pathOffset() + head.pathLengthWithoutQuery() + 1, end);
    for (QueryTest query : queries) {
      if (!query.matches(bytes, from, end)) {
        return false;
      }
    }
    return true;
  }
}
