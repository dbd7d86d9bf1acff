package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.ClusterLookup;
import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.filters.cors.CorsFactory;
import io.headgate.dataplane.filters.headermutation.HeaderMutationFactory;
import io.headgate.dataplane.filters.headerrules.HeaderRulesFactory;
import io.headgate.dataplane.filters.httplimits.HttpLimitsFactory;
import io.headgate.dataplane.filters.jwtauthn.JwtAuthnFactory;
import io.headgate.dataplane.observe.LogFormat;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.route.RuntimeFlags;
import io.headgate.dataplane.route.ValueFormat;
import io.headgate.dataplane.router.RouterFactory;
import io.headgate.dataplane.router.RouterServices;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.FilterOverride;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.RouterConfig;
import java.time.Clock;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * The one list of filters that this proxy has.
 *
 * <p>Thread: the config thread.
 */
final class Filters {
  private final Meters meters;
  private final JwtAuthnFactory jwtAuthn = new JwtAuthnFactory(Clock.systemUTC());
  private final HeaderMutationFactory headerMutation = new HeaderMutationFactory(formats());
  private final CorsFactory cors = new CorsFactory();
  private final HeaderRulesFactory headerRules = new HeaderRulesFactory();
  private final FilterRegistry registry;
  private final RuntimeFlags runtime;

  Filters(ClusterLookup clusters, Meters meters, RuntimeFlags runtime) {
    this.meters = meters;
    this.runtime = runtime;
    registry =
        FilterRegistry.builder()
            .add(JwtAuthnConfig.class, jwtAuthn)
            .add(HeaderMutationConfig.class, headerMutation)
            .add(CorsConfig.class, cors)
            .add(HeaderRulesConfig.class, headerRules)
            .add(HttpLimitsConfig.class, new HttpLimitsFactory(InstantSource.system()))
            .add(
                RouterConfig.class,
                new RouterFactory(
                    new RouterServices(
                        clusters,
                        System::nanoTime,
                        System::currentTimeMillis,
                        SplittableRandom::new,
                        RouterServices.DEFAULT_REPLAY_BYTES)))
            .build();
  }

  FilterRegistry registry() {
    return registry;
  }

  RouteServices routeServices() {
    return new RouteServices(this::prepare, formats(), runtime);
  }

  /** Hands a per-route config to the filter that it is for. */
  private Object prepare(String filterName, FilterConfig config) {
    FilterContext context = new FilterContext(filterName, meters.scope("http"), meters);
    return switch (config) {
      case HeaderMutationPerRoute route -> headerMutation.createRouteConfig(route, context);
      case JwtAuthnPerRoute route -> jwtAuthn.createRouteConfig(route, context);
      case CorsPerRoute route -> cors.createRouteConfig(route, context);
      case HeaderRulesPerRoute route -> headerRules.createRouteConfig(route, context);
      case FilterOverride _,
          RouterConfig _,
          JwtAuthnConfig _,
          HeaderMutationConfig _,
          HttpLimitsConfig _,
          CorsConfig _,
          HeaderRulesConfig _,
          HttpLimitsPerRoute _ ->
          config;
    };
  }

  /** Header values know the access log's operators. */
  private static ValueFormat.Compiler formats() {
    return format -> {
      LogFormat compiled = LogFormat.ofValue(format);
      return (request, response, info) -> compiled.text(info, request, response);
    };
  }
}
