package io.headgate.dataplane.route;

import io.headgate.xds.model.route.Mirror;
import java.util.random.RandomGenerator;

/**
 * A cluster that gets copies of requests.
 *
 * <p>Thread: immutable.
 */
public final class RouteMirror {
  private final ClusterPick cluster;
  private final Mirror mirror;
  private final RuntimeFlags runtime;

  RouteMirror(Mirror mirror, RuntimeFlags runtime) {
    this.cluster = new ClusterPick(mirror.cluster());
    this.mirror = mirror;
    this.runtime = runtime;
  }

  /** Names the cluster of a request. */
  public ClusterPick cluster() {
    return cluster;
  }

  /** Whether the copy keeps the request's authority as it is. */
  public boolean keepsHost() {
    return mirror.keepHost();
  }

  /** Draws whether a request is copied. */
  public boolean takes(RandomGenerator random) {
    return mirror.fraction() == null || runtime.takes(mirror.fraction(), random.nextLong());
  }
}
