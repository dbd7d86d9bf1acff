package io.headgate.xds.model.route;

import io.headgate.xds.model.value.RuntimeFraction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that is sent a copy of requests; what it answers is dropped.
 *
 * @param fraction the share of requests that is copied; null for all
 * @param keepHost whether the copy's authority stays without {@code -shadow} at its end
 */
public record Mirror(ClusterName cluster, @Nullable RuntimeFraction fraction, boolean keepHost) {
  /** The clusters that are named, without those that requests name. */
  public static List<String> namedClusters(List<Mirror> mirrors) {
    return mirrors.stream()
        .map(Mirror::cluster)
        .filter(cluster -> !cluster.inHeader())
        .map(ClusterName::text)
        .toList();
  }
}
