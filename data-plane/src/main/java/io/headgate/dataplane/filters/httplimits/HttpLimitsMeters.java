package io.headgate.dataplane.filters.httplimits;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Scope;

/**
 * What the filter counts, {@code headgate_http_limits.<filter name>.*}.
 *
 * @param exceptions requests that passed by an exception only
 * @param expired requests whose route has an exception that is over
 */
record HttpLimitsMeters(Counter urls, Counter bodies, Counter exceptions, Counter expired) {
  static HttpLimitsMeters of(FilterContext context) {
    Scope scope = context.meters().scope("headgate_http_limits", "filter", context.filterName());
    return new HttpLimitsMeters(
        scope.counter("url_too_long_total"),
        scope.counter("body_too_large_total"),
        scope.counter("url_exceptions_used_total"),
        scope.counter("url_exceptions_expired_total"));
  }
}
