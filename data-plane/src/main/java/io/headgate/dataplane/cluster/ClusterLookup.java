package io.headgate.dataplane.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Finds the live cluster of a name.
 *
 * <p>Thread: any; called for every request, so one volatile read and one hash look-up.
 */
@FunctionalInterface
public interface ClusterLookup {

  /** Returns the cluster in force, null when there is none of that name. */
  @Nullable Cluster find(String name);
}
