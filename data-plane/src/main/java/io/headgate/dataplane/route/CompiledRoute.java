package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one route and its entries, one unless it is weighted.
 *
 * <p>Thread: immutable.
 */
final class CompiledRoute {

  private final PathTest path;
  private final HeaderTest[] headers;
  private final QueryTest[] queries;
  private final RouteEntry[] entries;
  // Upper bounds of the entries' shares, unsigned 32-bit sums.
  private final long[] bounds;

  CompiledRoute(
      PathTest path,
      HeaderTest[] headers,
      QueryTest[] queries,
      RouteEntry[] entries,
      long[] bounds) {
    this.path = path;
    this.headers = headers;
    this.queries = queries;
    this.entries = entries;
    this.bounds = bounds;
  }

  /**
   * The entry that takes the request, or null.
   *
   * @param bare length of the path without its query
   */
  @Nullable RouteEntry match(RequestHead head, int bare, RandomGenerator random) {
    byte[] bytes = head.headers().array();
    int offset = head.pathOffset();
    if (!path.matches(head, bare)) {
      return null;
    }
    for (HeaderTest header : headers) {
      if (!header.matches(head)) {
        return null;
      }
    }
    if (queries.length > 0) {
      int end = offset + head.pathLength();
      int from = Math.min(offset + bare + 1, end);
      for (QueryTest query : queries) {
        if (!query.matches(bytes, from, end)) {
          return null;
        }
      }
    }
    return entries.length == 1 ? entries[0] : pick(random);
  }

  private RouteEntry pick(RandomGenerator random) {
    long roll = Long.remainderUnsigned(random.nextLong(), bounds[bounds.length - 1]);
    int i = 0;
    while (roll >= bounds[i]) {
      i++;
    }
    return entries[i];
  }
}
