package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.ClusterLookup;
import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.observe.LogFormat;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.router.RouterFactory;
import io.headgate.dataplane.router.RouterServices;
import io.headgate.xds.model.RouterConfig;
import java.util.SplittableRandom;

/** The one list of filters that this proxy has. */
final class Filters {
  private Filters() {}

  static FilterRegistry registry(ClusterLookup clusters) {
    return FilterRegistry.builder()
        .add(
            RouterConfig.class,
            new RouterFactory(
                new RouterServices(
                    clusters,
                    System::nanoTime,
                    SplittableRandom::new,
                    RouterServices.DEFAULT_REPLAY_BYTES)))
        .build();
  }

  static RouteServices routeServices() {
    return new RouteServices(
        (filterName, config) -> config,
        format -> {
          LogFormat compiled = LogFormat.ofValue(format);
          return (request, response, info) -> compiled.text(info, request, response);
        });
  }
}
