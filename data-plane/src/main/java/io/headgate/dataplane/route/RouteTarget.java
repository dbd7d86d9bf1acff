package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.RetryPolicy;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a request that a route takes.
 *
 * <p>Thread: immutable.
 */
public sealed interface RouteTarget {

  /**
   * Forward to a cluster.
   *
   * @param cluster its name
   * @param prefixRewrite replaces the covered part of the path; null keeps it
   * @param hostRewrite replaces the authority; null keeps it
   * @param timeoutNanos from the complete request to the complete answer; 0 for none
   * @param retry null for no retries
   * @param highPriority which circuit breaker counts it
   * @param clusterNotFoundStatus the answer when there is no such cluster
   */
  record Forward(
      String cluster,
      @Nullable String prefixRewrite,
      @Nullable String hostRewrite,
      long timeoutNanos,
      @Nullable Retry retry,
      boolean highPriority,
      int clusterNotFoundStatus)
      implements RouteTarget {}

  /**
   * A retry policy as the router uses it.
   *
   * @param policy as configured
   * @param idempotentOnly whether failures after the request was sent are retried for idempotent
   *     methods only
   */
  record Retry(RetryPolicy policy, boolean idempotentOnly) {}

  /**
   * Answer with a redirect.
   *
   * @param rules as configured
   */
  record Redirect(RedirectRules rules) implements RouteTarget {
    /** The {@code location} for a request. */
    public String location(RequestHead head, RouteEntry route) {
      return rules.location(head, route.covered(head));
    }

    /** The status of the answer. */
    public int status() {
      return rules.status();
    }
  }

  /** Answer at once. */
  final class Direct implements RouteTarget {
    private final int status;
    private final byte[] body;

    Direct(int status, String body) {
      this.status = status;
      this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    /** The status of the answer. */
    public int status() {
      return status;
    }

    /** The body; not to be changed. */
    public byte[] body() {
      return body;
    }
  }
}
