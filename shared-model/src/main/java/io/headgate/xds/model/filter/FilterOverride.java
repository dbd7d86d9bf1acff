package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;
import org.jspecify.annotations.Nullable;

/**
 * A route's switch for a filter.
 *
 * @param config per-route configuration; null keeps that of the filter
 * @param disabled whether the filter is off for the route
 */
public record FilterOverride(@Nullable FilterConfig config, boolean disabled)
    implements FilterConfig {
  public FilterOverride {
    Checks.require(!(config instanceof FilterOverride), "a filter override cannot hold another");
  }
}
