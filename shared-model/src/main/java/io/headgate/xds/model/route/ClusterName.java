package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;

/**
 * Names a cluster, by itself or by what the request says.
 *
 * @param text the cluster, or the header whose value is the cluster
 * @param inHeader whether it is a header of the request
 */
public record ClusterName(String text, boolean inHeader) {
  public ClusterName {
    Checks.notEmpty(text, inHeader ? "cluster_header" : "cluster");
  }

  /** A cluster by its name. */
  public static ClusterName of(String cluster) {
    return new ClusterName(cluster, false);
  }
}
