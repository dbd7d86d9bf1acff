package io.headgate.xds.model;

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
