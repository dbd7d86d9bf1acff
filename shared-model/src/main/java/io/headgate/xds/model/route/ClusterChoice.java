package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;
import java.util.List;

/** Where a route forwards to. */
public sealed interface ClusterChoice {
  /** One cluster. */
  record One(String cluster) implements ClusterChoice {
    public One {
      Checks.notEmpty(cluster, "cluster");
    }
  }

  /** Clusters, each with its share; the sum of weights is at least 1 and fits 32 bits unsigned. */
  record Weighted(List<WeightedCluster> clusters) implements ClusterChoice {
    public Weighted {
      clusters = List.copyOf(clusters);
      long total = clusters.stream().mapToLong(WeightedCluster::weight).sum();
      Checks.require(!clusters.isEmpty(), "weighted_clusters needs a cluster");
      Checks.require(total >= 1, "the sum of weights must be at least 1");
      Checks.require(total <= 0xffff_ffffL, "the sum of weights must not exceed 4294967295");
    }

    /** The sum of all weights. */
    public long totalWeight() {
      return clusters.stream().mapToLong(WeightedCluster::weight).sum();
    }
  }
}
