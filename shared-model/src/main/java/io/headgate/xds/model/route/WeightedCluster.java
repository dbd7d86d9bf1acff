package io.headgate.xds.model.route;

import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.value.Checks;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with its share of a route.
 *
 * @param hostRewriteLiteral the authority sent to it; null for the route's rule
 */
public record WeightedCluster(
    ClusterName cluster,
    long weight,
    HeaderMutations headers,
    Map<String, FilterConfig> typedPerFilterConfig,
    @Nullable String hostRewriteLiteral) {
  public WeightedCluster {
    Checks.require(weight >= 0 && weight <= 0xffff_ffffL, "weight must be within 0..4294967295");
    Checks.require(
        hostRewriteLiteral == null || !hostRewriteLiteral.isEmpty(),
        "host_rewrite_literal must not be empty");
    typedPerFilterConfig = Checks.copy(typedPerFilterConfig);
  }

  /** A cluster by its name. */
  public WeightedCluster(
      String name,
      long weight,
      HeaderMutations headers,
      Map<String, FilterConfig> typedPerFilterConfig,
      @Nullable String hostRewriteLiteral) {
    this(ClusterName.of(name), weight, headers, typedPerFilterConfig, hostRewriteLiteral);
  }
}
