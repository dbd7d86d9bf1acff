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
    String name,
    long weight,
    HeaderMutations headers,
    Map<String, FilterConfig> typedPerFilterConfig,
    @Nullable String hostRewriteLiteral) {
  public WeightedCluster {
    Checks.notEmpty(name, "name");
    Checks.require(weight >= 0 && weight <= 0xffff_ffffL, "weight must be within 0..4294967295");
    typedPerFilterConfig = Checks.copy(typedPerFilterConfig);
  }
}
