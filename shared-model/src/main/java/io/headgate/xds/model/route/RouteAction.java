package io.headgate.xds.model.route;

import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done with a request that a route takes. */
public sealed interface RouteAction {
  /**
   * Forward to a cluster.
   *
   * @param retryPolicy null for the virtual host's
   * @param clusterNotFoundStatus answer when the cluster does not exist: 503, 404 or 500
   */
  record Forward(
      ClusterChoice clusters,
      Rewrite rewrite,
      RouteTimeouts timeouts,
      @Nullable RetryPolicy retryPolicy,
      Priority priority,
      int clusterNotFoundStatus,
      ForwardOptions options)
      implements RouteAction {
    public static final Duration DEFAULT_TIMEOUT = RouteTimeouts.DEFAULT.response();

    public Forward {
      Checks.require(
          clusterNotFoundStatus == 503
              || clusterNotFoundStatus == 404
              || clusterNotFoundStatus == 500,
          "cluster_not_found_response_code must be 503, 404 or 500");
    }

    /** Forward without the rarer parts. */
    public Forward(
        ClusterChoice clusters,
        Rewrite rewrite,
        RouteTimeouts timeouts,
        @Nullable RetryPolicy retryPolicy,
        Priority priority,
        int clusterNotFoundStatus) {
      this(
          clusters,
          rewrite,
          timeouts,
          retryPolicy,
          priority,
          clusterNotFoundStatus,
          ForwardOptions.NONE);
    }

    /** Forward with the usual two timeouts. */
    public Forward(
        ClusterChoice clusters,
        Rewrite rewrite,
        Duration timeout,
        @Nullable Duration idleTimeout,
        @Nullable RetryPolicy retryPolicy,
        Priority priority,
        int clusterNotFoundStatus) {
      this(
          clusters,
          rewrite,
          new RouteTimeouts(timeout, idleTimeout, null, null),
          retryPolicy,
          priority,
          clusterNotFoundStatus);
    }

    /** Forward to one cluster with all defaults. */
    public static Forward to(String cluster) {
      return new Forward(
          new ClusterChoice.One(cluster),
          Rewrite.NONE,
          RouteTimeouts.DEFAULT,
          null,
          Priority.DEFAULT,
          503,
          ForwardOptions.NONE);
    }

    /**
     * The clusters that are named here, mirrors among them; without those that requests name and
     * those that no request can reach.
     */
    public Set<String> namedClusters() {
      Set<String> names = new LinkedHashSet<>();
      switch (clusters) {
        case ClusterChoice.One one -> names.add(one.cluster());
        case ClusterChoice.FromHeader _ -> {}
        case ClusterChoice.Weighted weighted ->
            weighted.clusters().stream()
                .filter(share -> share.weight() > 0 || !weighted.runtimeKeyPrefix().isEmpty())
                .map(WeightedCluster::cluster)
                .filter(cluster -> !cluster.inHeader())
                .forEach(cluster -> names.add(cluster.text()));
      }
      names.addAll(Mirror.namedClusters(options.mirrors()));
      return names;
    }

    /** Instead of the connection manager's word for these types. */
    public Upgrades upgrades() {
      return options.upgrades();
    }

    /** From the complete request to the complete response; zero for none. */
    public Duration timeout() {
      return timeouts.response();
    }

    /** Instead of the connection manager's stream idle timeout; null keeps that one. */
    public @Nullable Duration idleTimeout() {
      return timeouts.idle();
    }
  }

  /**
   * Answer with a redirect. Empty texts and port 0 keep the request's part.
   *
   * @param path how the path changes
   */
  record Redirect(
      String scheme, String host, int port, RedirectPath path, int status, boolean stripQuery)
      implements RouteAction {
    public Redirect {
      Checks.port(port);
      Checks.require(
          status == 301 || status == 302 || status == 303 || status == 307 || status == 308,
          "a redirect answers 301, 302, 303, 307 or 308");
    }
  }

  /** How a redirect changes the path. */
  sealed interface RedirectPath {
    /** Not at all. */
    record Keep() implements RedirectPath {}

    /** The whole path (with its own query, if it has one) is replaced. */
    record Replace(String path) implements RedirectPath {}

    /** The matched prefix is replaced. */
    record ReplacePrefix(String prefix) implements RedirectPath {}

    /** Matches of an expression in the path are replaced. */
    record Regex(RegexRewrite rewrite) implements RedirectPath {}
  }

  /** Answer at once. */
  record DirectResponse(int status, String body) implements RouteAction {
    public DirectResponse {
      Checks.require(status >= 200 && status <= 599, "status must be within 200..599");
    }
  }

  /** Which circuit breaker counts the request. */
  enum Priority {
    DEFAULT,
    HIGH
  }
}
