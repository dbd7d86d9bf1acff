package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.RouteMatch;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A compiled route match outside a route table, for filters whose rules choose by request.
 *
 * <p>Thread: immutable.
 */
public final class RequestMatcher {
  private final Conditions conditions;

  private RequestMatcher(Conditions conditions) {
    this.conditions = conditions;
  }

  /** Compiles a match. */
  public static RequestMatcher of(RouteMatch match) {
    return new RequestMatcher(new Conditions(match, RuntimeFlags.DEFAULTS));
  }

  /** Compiles conditions on headers; all must hold. */
  public static RequestMatcher ofHeaders(List<HeaderMatcher> headers) {
    return of(new RouteMatch(new PathMatch.Prefix(""), true, headers, List.of()));
  }

  /** Returns whether all parts match. */
  public boolean matches(RequestHead head) {
    return conditions.hold(head, head.pathLengthWithoutQuery(), ThreadLocalRandom.current());
  }
}
