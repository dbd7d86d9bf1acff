package io.headgate.xds.model;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/** Where a connection manager takes its routes from. */
public sealed interface RouteSource {
  /**
   * Routes by the discovery stream.
   *
   * @param initialFetchTimeout how long a new listener waits for them; zero for ever
   */
  record Rds(String routeConfigName, Duration initialFetchTimeout) implements RouteSource {
    public Rds {
      Checks.notEmpty(routeConfigName, "route_config_name");
      Checks.notNegative(initialFetchTimeout, "initial_fetch_timeout");
    }
  }

  /** Routes inside the listener. */
  record Inline(RouteConfiguration routes) implements RouteSource {}
}
