package io.headgate.xds.model;

import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTelemetry;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.value.Checks;
import java.util.List;

/**
 * The network filter that turns a connection into HTTP streams.
 *
 * @param httpFilters in the order of the request; the last is the router
 */
public record HttpConnectionManager(
    String statPrefix,
    RouteSource routes,
    List<HttpFilter> httpFilters,
    HttpTelemetry telemetry,
    HttpTimeouts timeouts,
    HttpLimits limits,
    HttpRules rules)
    implements TerminalFilter {
  public HttpConnectionManager {
    Checks.notEmpty(statPrefix, "stat_prefix");
    httpFilters = List.copyOf(httpFilters);
    Checks.require(!httpFilters.isEmpty(), "http_filters must end with the router");
    for (int i = 0; i < httpFilters.size(); i++) {
      boolean last = i == httpFilters.size() - 1;
      boolean router = httpFilters.get(i).config() instanceof RouterConfig;
      Checks.require(router == last, "the router must be the last of http_filters, and only there");
      Checks.require(!last || !httpFilters.get(i).disabled(), "the router cannot be disabled");
    }
    long names = httpFilters.stream().map(HttpFilter::name).distinct().count();
    Checks.require(names == httpFilters.size(), "names of http_filters must be unique");
  }

  /** A connection manager that traces nothing. */
  public HttpConnectionManager(
      String statPrefix,
      RouteSource routes,
      List<HttpFilter> httpFilters,
      List<AccessLog> accessLogs,
      HttpTimeouts timeouts,
      HttpLimits limits,
      HttpRules rules) {
    this(
        statPrefix,
        routes,
        httpFilters,
        new HttpTelemetry(accessLogs, null),
        timeouts,
        limits,
        rules);
  }

  /** The access logs. */
  public List<AccessLog> accessLogs() {
    return telemetry.accessLogs();
  }
}
