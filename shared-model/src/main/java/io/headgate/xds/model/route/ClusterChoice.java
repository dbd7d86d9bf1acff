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

  /** The cluster that a request header names; a request without it finds none. */
  record FromHeader(String header) implements ClusterChoice {
    public FromHeader {
      Checks.notEmpty(header, "cluster_header");
    }
  }

  /**
   * Clusters, each with its share; the sum of weights is at least 1 and fits 32 bits unsigned.
   *
   * @param runtimeKeyPrefix with a dot and a cluster's name behind it the runtime key of that
   *     cluster's weight; empty for none
   */
  record Weighted(List<WeightedCluster> clusters, Draw draw, String runtimeKeyPrefix)
      implements ClusterChoice {
    public Weighted {
      clusters = List.copyOf(clusters);
      long total = clusters.stream().mapToLong(WeightedCluster::weight).sum();
      Checks.require(!clusters.isEmpty(), "weighted_clusters needs a cluster");
      Checks.require(total >= 1, "the sum of weights must be at least 1");
      Checks.require(total <= 0xffff_ffffL, "the sum of weights must not exceed 4294967295");
    }

    /** Clusters that are drawn at random. */
    public Weighted(List<WeightedCluster> clusters) {
      this(clusters, new Draw.AtRandom(), "");
    }

    /** The sum of all weights. */
    public long totalWeight() {
      return clusters.stream().mapToLong(WeightedCluster::weight).sum();
    }
  }

  /** What decides among weighted clusters. */
  sealed interface Draw {
    /** Chance. */
    record AtRandom() implements Draw {}

    /** The number in a request header; chance when there is none. */
    record ByHeader(String name) implements Draw {
      public ByHeader {
        Checks.notEmpty(name, "header_name");
      }
    }
  }
}
