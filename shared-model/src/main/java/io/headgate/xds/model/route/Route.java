package io.headgate.xds.model.route;

import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.Metadata;
import java.util.Map;

/** One route: what it matches and what is done then. */
public record Route(
    String name,
    RouteMatch match,
    RouteAction action,
    HeaderMutations headers,
    Map<String, FilterConfig> typedPerFilterConfig,
    Metadata metadata) {
  public Route {
    typedPerFilterConfig = Checks.copy(typedPerFilterConfig);
  }
}
