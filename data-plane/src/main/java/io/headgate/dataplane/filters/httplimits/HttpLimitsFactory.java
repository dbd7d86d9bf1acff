package io.headgate.dataplane.filters.httplimits;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterFactory;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import java.time.InstantSource;

/** Makes the limits filter. <b>Thread:</b> immutable, config thread. */
public final class HttpLimitsFactory implements FilterFactory<HttpLimitsConfig> {
  private final InstantSource clock;

  /** Makes the factory; the clock tells which exceptions have expired. */
  public HttpLimitsFactory(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public FilterTemplate create(HttpLimitsConfig config, FilterContext context) {
    HttpLimitsMeters meters = HttpLimitsMeters.of(context);
    return (FilterTemplate.Passing) () -> new HttpLimitsFilter(config, clock, meters);
  }
}
