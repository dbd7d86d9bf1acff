package io.headgate.dataplane.filters.headerrules;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterFactory;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;

/** Makes the filter for which headers pass. <b>Thread:</b> immutable, config thread. */
public final class HeaderRulesFactory implements FilterFactory<HeaderRulesConfig> {
  /** Makes the factory. */
  public HeaderRulesFactory() {}

  @Override
  public FilterTemplate create(HeaderRulesConfig config, FilterContext context) {
    Scope scope = context.meters().scope("headgate_header_rules", "filter", context.filterName());
    Counter headers = scope.counter("request_headers_removed_total");
    Counter cookies = scope.counter("response_cookies_removed_total");
    return (FilterTemplate.Passing) () -> new HeaderRulesFilter(headers, cookies);
  }

  @Override
  public Object createRouteConfig(Object config, FilterContext context) {
    return config instanceof HeaderRulesPerRoute route ? PassingHeaders.of(route) : config;
  }
}
