package io.headgate.dataplane.filters.cors;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterFactory;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.CorsPerRoute;

/** Makes the CORS filter. <b>Thread:</b> immutable, config thread. */
public final class CorsFactory implements FilterFactory<CorsConfig> {
  /** Makes the factory. */
  public CorsFactory() {}

  @Override
  public FilterTemplate create(CorsConfig config, FilterContext context) {
    Counter valid = context.scope().counter("cors.origin_valid");
    Counter invalid = context.scope().counter("cors.origin_invalid");
    return (FilterTemplate.Passing) () -> new CorsFilter(valid, invalid);
  }

  @Override
  public Object createRouteConfig(Object config, FilterContext context) {
    return config instanceof CorsPerRoute route ? CorsLevel.of(route) : config;
  }
}
