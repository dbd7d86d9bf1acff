package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.access.Access;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.Http2Rules;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientSettings.Addresses;
import io.headgate.fleet.ClientSettings.Connections;
import io.headgate.fleet.ClientSettings.HeaderRules;
import io.headgate.fleet.ClientSettings.RequestId;
import io.headgate.fleet.ClientSettings.RequestLimits;
import io.headgate.fleet.ClientSettings.StripPort;
import io.headgate.fleet.ClientSettings.Timeouts;
import io.headgate.fleet.Http1Settings;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.http.ConnectionTimeouts;
import io.headgate.xds.model.http.ForwardedRules;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.HttpProtocols;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTelemetry;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.http.LocalReplyRules;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.RequestIdRules;
import io.headgate.xds.model.http.ServerHeader;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.value.CidrRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connection manager of a listener; what no policy sets is as at an edge.
 *
 * <p>Thread: any; stateless.
 */
public final class HttpCompiler {
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);

  private HttpCompiler() {}

  /**
   * Makes a connection manager.
   *
   * @param name also that of its route configuration
   * @param clientCert what backends are told of a client's certificate
   */
  public static HttpConnectionManager http(
      String name, ClientSettings settings, ClientCertRules clientCert, Access access) {
    List<HttpFilter> filters = new ArrayList<>();
    filters.add(new HttpFilter(LimitRules.FILTER, LimitRules.filter(settings), false, false));
    filters.addAll(access.filters());
    boolean silent = Boolean.FALSE.equals(settings.headers().envoyHeaders());
    filters.add(
        new HttpFilter(
            "envoy.filters.http.router",
            silent ? new RouterConfig(true, false) : RouterConfig.DEFAULT,
            false,
            false));
    return new HttpConnectionManager(
        name,
        new RouteSource.Rds(name, FETCH_TIMEOUT),
        filters,
        new HttpTelemetry(
            settings.telemetry().accessLogs().stream().map(AccessLogRules::of).toList(),
            TracingRules.of(settings.telemetry().tracing())),
        timeouts(settings.timeouts(), settings.connections()),
        limits(settings.limits(), settings.connections()),
        rules(settings, clientCert));
  }

  private static HttpTimeouts timeouts(Timeouts wanted, Connections connections) {
    HttpTimeouts plain = EdgeDefaults.TIMEOUTS;
    Duration maxAge = or(connections.maxAge(), plain.connection().max());
    return new HttpTimeouts(
        or(wanted.request(), plain.request()),
        or(wanted.requestHeaders(), plain.requestHeaders()),
        or(wanted.streamIdle(), plain.streamIdle()),
        or(wanted.maxStream(), plain.maxStream()),
        new ConnectionTimeouts(
            or(wanted.idle(), plain.connection().idle()),
            maxAge,
            !maxAge.isZero() && or(connections.safeMaxAge(), true),
            or(wanted.drain(), plain.connection().drain()),
            plain.connection().delayedClose()));
  }

  private static HttpLimits limits(RequestLimits limits, Connections connections) {
    HttpLimits plain = EdgeDefaults.LIMITS;
    return new HttpLimits(
        or(limits.headerKib(), plain.maxRequestHeadersKb()),
        or(limits.headerCount(), plain.maxHeadersCount()),
        or(connections.maxRequests(), plain.maxRequestsPerConnection()));
  }

  private static HttpRules rules(ClientSettings settings, ClientCertRules clientCert) {
    HeaderRules headers = settings.headers();
    return new HttpRules(
        forwarded(settings.addresses(), or(headers.via(), "")),
        requestId(headers),
        new HttpRules.Cleaning(
            paths(headers.path()),
            switch (headers.underscores()) {
              case null -> EdgeDefaults.UNDERSCORES;
              case REJECT_REQUEST -> HttpRules.UnderscoreHeaders.REJECT_REQUEST;
              case ALLOW -> HttpRules.UnderscoreHeaders.ALLOW;
              case DROP_HEADER -> HttpRules.UnderscoreHeaders.DROP_HEADER;
            }),
        new HttpRules.Answers(server(headers.server()), LocalReplyRules.NONE),
        protocols(settings.protocols()),
        false,
        clientCert);
  }

  private static ForwardedRules forwarded(Addresses addresses, String via) {
    return new ForwardedRules(
        true,
        or(addresses.trustedHops(), 0),
        or(addresses.skipAppend(), false),
        false,
        via,
        addresses.internal().stream().map(HttpCompiler::range).toList(),
        null);
  }

  private static CidrRange range(String text) {
    int slash = text.indexOf('/');
    return new CidrRange(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
  }

  private static RequestIdRules requestId(HeaderRules headers) {
    RequestId wanted = or(headers.requestId(), RequestId.GENERATE);
    return new RequestIdRules(
        wanted == RequestId.GENERATE || wanted == RequestId.PRESERVE_OR_GENERATE,
        wanted == RequestId.PRESERVE || wanted == RequestId.PRESERVE_OR_GENERATE,
        or(headers.requestIdInResponse(), false));
  }

  private static PathRules paths(ClientSettings.PathRules wanted) {
    PathRules plain = EdgeDefaults.PATHS;
    StripPort strip = or(wanted.stripPort(), StripPort.NEVER);
    return new PathRules(
        or(wanted.normalize(), plain.normalizePath()),
        or(wanted.mergeSlashes(), plain.mergeSlashes()),
        switch (wanted.escapedSlashes()) {
          case null -> plain.escapedSlashes();
          case UNESCAPE_AND_REDIRECT -> PathRules.EscapedSlashes.UNESCAPE_AND_REDIRECT;
          case KEEP_UNCHANGED -> PathRules.EscapedSlashes.KEEP_UNCHANGED;
          case REJECT_REQUEST -> PathRules.EscapedSlashes.REJECT_REQUEST;
          case UNESCAPE_AND_FORWARD -> PathRules.EscapedSlashes.UNESCAPE_AND_FORWARD;
        },
        strip == StripPort.MATCHING,
        strip == StripPort.ALWAYS,
        or(wanted.stripTrailingDot(), plain.stripTrailingHostDot()));
  }

  private static ServerHeader server(ClientSettings.@Nullable ServerHeader wanted) {
    return wanted == null
        ? EdgeDefaults.SERVER
        : new ServerHeader(
            or(wanted.name(), EdgeDefaults.SERVER.name()),
            switch (wanted.action()) {
              case OVERWRITE -> ServerHeader.Transformation.OVERWRITE;
              case APPEND_IF_ABSENT -> ServerHeader.Transformation.APPEND_IF_ABSENT;
              case PASS_THROUGH -> ServerHeader.Transformation.PASS_THROUGH;
            });
  }

  private static HttpProtocols protocols(ClientSettings.Protocols wanted) {
    Map<String, Boolean> asked = wanted.upgrades();
    Upgrades upgrades = asked == null ? EdgeDefaults.PROTOCOLS.upgrades() : new Upgrades(asked);
    return new HttpProtocols(
        HttpProtocols.Codec.AUTO,
        http1(wanted.http1()),
        Http2Rules.of(wanted.http2(), upgrades.types().containsValue(true)),
        upgrades,
        EdgeDefaults.PROTOCOLS.proxy100Continue());
  }

  /** Options of HTTP/1, for either side. */
  public static Http1Options http1(@Nullable Http1Settings wanted) {
    Http1Settings set = wanted == null ? Http1Settings.NONE : wanted;
    return new Http1Options(
        set.http10(),
        or(set.http10Host(), ""),
        or(set.trailers(), false),
        switch (set.headerCase()) {
          case null -> Http1Options.HeaderCase.LOWER;
          case LOWER -> Http1Options.HeaderCase.LOWER;
          case PRESERVE -> Http1Options.HeaderCase.PRESERVE;
          case PROPER -> Http1Options.HeaderCase.PROPER;
        },
        true,
        false);
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
