package io.headgate.xds.codec.http;

import io.headgate.xds.codec.accesslog.AccessLogDecoder;
import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.codec.route.RouteDecoder;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.http.ConnectionTimeouts;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTelemetry;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.http.Tracing;
import io.headgate.xds.model.listener.AccessLog;
import java.time.Duration;
import java.util.List;

/** Decodes HTTP connection managers. */
public final class HttpConnectionManagerDecoder {
  private HttpConnectionManagerDecoder() {}

  public static HttpConnectionManager decode(MessageReader r) {
    String statPrefix = r.string("stat_prefix");
    RouteSource routes = r.build(() -> routes(r));
    List<HttpFilter> filters = r.list("http_filters", HttpConnectionManagerDecoder::filter);
    List<AccessLog> logs = r.list("access_log", AccessLogDecoder::decode);
    Tracing tracing = r.message("tracing", TracingCodec::decode);
    CommonHttp common =
        r.message("common_http_protocol_options", CommonHttp.DEFAULT, CommonHttp::downstream);
    HttpTimeouts timeouts = r.build(() -> timeouts(r, common));
    HttpLimits limits =
        r.build(() ->
            new HttpLimits(
                r.wrappedSmall("max_request_headers_kb", HttpLimits.DEFAULT.maxRequestHeadersKb()),
                common.maxHeadersCount(),
                common.maxRequestsPerConnection()));
    HttpRules rules = r.build(() -> HttpRulesDecoder.decode(r, common.underscores()));
    return new HttpConnectionManager(
        statPrefix,
        r.built(routes),
        filters,
        new HttpTelemetry(logs, tracing),
        r.built(timeouts),
        r.built(limits),
        r.built(rules));
  }

  private static RouteSource routes(MessageReader r) {
    return switch (r.which("route_specifier")) {
      case "rds" -> r.need("rds", r.message("rds", HttpConnectionManagerDecoder::rds));
      case "route_config" ->
          new RouteSource.Inline(
              r.need("route_config", r.message("route_config", RouteDecoder::decode)));
      default -> throw new Refusal();
    };
  }

  private static RouteSource rds(MessageReader r) {
    String name = r.string("route_config_name");
    Duration timeout =
        r.message(
            "config_source", s -> Shared.adsSource(s, DynamicResources.DEFAULT_FETCH_TIMEOUT));
    return new RouteSource.Rds(name, r.need("config_source", timeout));
  }

  private static HttpFilter filter(MessageReader r) {
    String name = r.string("name");
    boolean optional = r.bool("is_optional");
    boolean disabled = r.bool("disabled");
    FilterConfig config = r.extension("typed_config", FilterConfigs.filters());
    return new HttpFilter(name, r.need("typed_config", config), disabled, optional);
  }

  private static HttpTimeouts timeouts(MessageReader r, CommonHttp common) {
    HttpTimeouts defaults = HttpTimeouts.DEFAULT;
    return new HttpTimeouts(
        r.duration("request_timeout", defaults.request()),
        r.duration("request_headers_timeout", defaults.requestHeaders()),
        r.duration("stream_idle_timeout", defaults.streamIdle()),
        common.maxStreamDuration(),
        new ConnectionTimeouts(
            common.idleTimeout(),
            common.maxConnectionDuration(),
            r.bool("http1_safe_max_connection_duration"),
            r.duration("drain_timeout", defaults.connection().drain()),
            r.duration("delayed_close_timeout", defaults.connection().delayedClose())));
  }
}
