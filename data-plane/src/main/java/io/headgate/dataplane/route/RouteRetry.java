package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.route.RetryPolicy;
import java.util.List;
import java.util.Set;

/**
 * A retry policy as the router uses it: with compiled header conditions.
 *
 * <p>Thread: immutable.
 */
public final class RouteRetry {

  /** The policy of a route without one: nothing is retried unless the request asks for it. */
  public static final RouteRetry NONE =
      new RouteRetry(
          new RetryPolicy(
              Set.of(),
              1,
              RetryPolicy.PerTry.NONE,
              RetryPolicy.BackOff.DEFAULT,
              null,
              RetryPolicy.Retriable.NONE,
              RetryPolicy.HostSelection.DEFAULT),
          false);

  private final RetryPolicy policy;
  private final boolean idempotentOnly;
  private final HeaderTest[] answers;
  private final HeaderTest[] requests;

  RouteRetry(RetryPolicy policy, boolean idempotentOnly) {
    this.policy = policy;
    this.idempotentOnly = idempotentOnly;
    answers = compile(policy.retriable().headers());
    requests = compile(policy.retriable().requestHeaders());
  }

  private static HeaderTest[] compile(List<HeaderMatcher> matchers) {
    return matchers.stream().map(HeaderTest::new).toArray(HeaderTest[]::new);
  }

  /** The policy as configured. */
  public RetryPolicy policy() {
    return policy;
  }

  /**
   * Whether failures after the request was sent are retried for idempotent methods only; our
   * control plane says so, a hand-written policy is an opt-in.
   */
  public boolean idempotentOnly() {
    return idempotentOnly;
  }

  /** Whether requests like this are retried at all. */
  public boolean takes(RequestHead head) {
    for (HeaderTest test : requests) {
      if (test.matches(head)) {
        return true;
      }
    }
    return requests.length == 0;
  }

  /** Whether a header of the answer asks for a retry. */
  public boolean wants(ResponseHead answer) {
    for (HeaderTest test : answers) {
      if (test.matches(answer)) {
        return true;
      }
    }
    return false;
  }
}
