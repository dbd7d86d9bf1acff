package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.InternalRedirects;
import io.headgate.xds.model.route.VirtualHost;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
   * @param cluster names it
   * @param rewrite of path and authority
   * @param timeout how long the answer may take
   * @param retry null for no retries
   * @param handling how it is counted and answered for
   * @param rest the rarer parts
   */
  record Forward(
      ClusterPick cluster,
      RequestRewrite rewrite,
      ResponseTimeout timeout,
      @Nullable RouteRetry retry,
      Handling handling,
      Rest rest)
      implements RouteTarget {}

  /**
   * The rarer parts of forwarding.
   *
   * @param hash for clusters that choose hosts by it
   * @param mirrors get copies
   * @param redirects which redirects of the backend are followed here; null for none
   */
  record Rest(RequestHash hash, List<RouteMirror> mirrors, @Nullable InternalRedirects redirects) {}

  /**
   * How long an answer may take, from the complete request on.
   *
   * @param millis 0 for no limit
   * @param grpcMaxMillis the most that {@code grpc-timeout} may ask for, 0 for any; -1 when the
   *     header has no effect here
   * @param grpcOffsetMillis taken from what {@code grpc-timeout} says
   */
  record ResponseTimeout(long millis, long grpcMaxMillis, long grpcOffsetMillis) {}

  /**
   * How requests are counted and answered for.
   *
   * @param highPriority which circuit breaker counts them
   * @param clusterNotFoundStatus the answer when there is no such cluster
   * @param attemptCount who is told the number of tries
   */
  record Handling(
      boolean highPriority, int clusterNotFoundStatus, VirtualHost.AttemptCount attemptCount) {}

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

    /**
     * The {@code location} of an answer that should have one, the request's own address; null for
     * others. Spec: RFC 9110 §10.2.2.
     */
    public @Nullable String location(RequestHead head) {
      boolean points = status == 201 || status / 100 == 3;
      return points ? RedirectRules.SAME.location(head, 0) : null;
    }

    /** The body; not to be changed. */
    public byte[] body() {
      return body;
    }
  }
}
