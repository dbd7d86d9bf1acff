package io.headgate.dataplane.route;

import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one virtual host: the first in order that takes a request wins, and few have to be
 * asked.
 *
 * <p>For every exact path and for every prefix of the routes the numbers of those routes are kept
 * that a path which is equal to it, or begins with it, can match: its own and those of all shorter
 * prefixes, cut after the first that takes every such path. A look-up finds by hashes the list of
 * the path or of its longest prefix, and asks the routes of that list and those with a regular
 * expression in the order of their numbers; where the path alone decides, nobody is asked. So an
 * expression is tried only where no earlier route takes the request.
 *
 * <p>Thread: immutable.
 */
final class RouteIndex {
  /** So few routes are asked one after the other. */
  static final int SCANNED = 3;

  private final CompiledRoute[] routes;
  private final PathHash hash;
  private final PathKeys exact;
  private final PrefixKeys prefixes;
  // Routes that any path may match: expressions, and CONNECT, which has no path.
  private final int[] unkeyed;

  RouteIndex(
      CompiledRoute[] routes, PathHash hash, PathKeys exact, PrefixKeys prefixes, int[] unkeyed) {
    this.routes = routes;
    this.hash = hash;
    this.exact = exact;
    this.prefixes = prefixes;
    this.unkeyed = unkeyed;
  }

  /**
   * The entry of the first route that takes the request, or null.
   *
   * @param length of the path that routes look at
   */
  @Nullable RouteEntry match(RequestHead head, int length, RandomGenerator random) {
    if (routes.length <= SCANNED || head.method().equals(Method.CONNECT)) {
      for (CompiledRoute route : routes) {
        RouteEntry entry = route.match(head, length, random);
        if (entry != null) {
          return entry;
        }
      }
      return null;
    }
    Candidates keyed = keyed(head, length);
    RouteEntry sure = keyed.sure();
    return sure == null ? match(keyed, head, length, random) : sure;
  }

  /** The routes of the path, else of its longest prefix. */
  private Candidates keyed(RequestHead head, int length) {
    byte[] bytes = head.headers().array();
    int offset = head.pathOffset();
    long whole = hash.extend(0, bytes, offset, offset + length);
    Candidates equal = exact.get(whole, bytes, offset, length);
    return equal == null ? prefixes.longest(bytes, offset, length) : equal;
  }

  private @Nullable RouteEntry match(
      Candidates keyed, RequestHead head, int length, RandomGenerator random) {
    if (keyed.far() != null) {
      return matchShared(keyed, head, length, random);
    }
    int[] near = keyed.near();
    int k = 0;
    int u = 0;
    while (k < near.length || u < unkeyed.length) {
      int number =
          u == unkeyed.length || (k < near.length && near[k] < unkeyed[u])
              ? near[k++]
              : unkeyed[u++];
      RouteEntry entry = routes[number].match(head, length, random);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private @Nullable RouteEntry matchShared(
      Candidates keyed, RequestHead head, int length, RandomGenerator random) {
    int number = -1;
    while (true) {
      number = Math.min(keyed.next(number), Candidates.next(unkeyed, number));
      if (number == Candidates.END) {
        return null;
      }
      RouteEntry entry = routes[number].match(head, length, random);
      if (entry != null) {
        return entry;
      }
    }
  }

  /** How many routes are asked at most for a path; for tests. */
  int asked(RequestHead head) {
    return keyed(head, head.pathLengthWithoutQuery()).size() + unkeyed.length;
  }

  @Override
  public String toString() {
    return routes.length + " routes, " + prefixes;
  }
}
