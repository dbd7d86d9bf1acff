package io.headgate.xds.codec.http;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.CodecType;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ServerHeaderTransformation;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.headgate.xds.codec.accesslog.AccessLogEncoder;
import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.codec.route.RouteEncoder;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.http.ForwardedRules;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.http.PathRules;
import java.util.Set;

/** Encodes HTTP connection managers. */
public final class HttpConnectionManagerEncoder {
  private HttpConnectionManagerEncoder() {}

  public static Message encode(HttpConnectionManager hcm) {
    io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            .Builder
        builder =
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                .HttpConnectionManager.newBuilder()
                .setStatPrefix(hcm.statPrefix());
    switch (hcm.routes()) {
      case RouteSource.Rds rds ->
          builder.setRds(
              Rds.newBuilder()
                  .setRouteConfigName(rds.routeConfigName())
                  .setConfigSource(Protos.ads(rds.initialFetchTimeout())));
      case RouteSource.Inline inline ->
          builder.setRouteConfig(RouteEncoder.encode(inline.routes()));
    }
    hcm.httpFilters().forEach(filter -> builder.addHttpFilters(filter(filter)));
    hcm.accessLogs().forEach(log -> builder.addAccessLog(AccessLogEncoder.encode(log)));
    if (hcm.telemetry().tracing() != null) {
      builder.setTracing(TracingCodec.encode(hcm.telemetry().tracing()));
    }
    timeouts(builder, hcm.timeouts());
    rules(builder, hcm.rules());
    builder.setMaxRequestHeadersKb(Protos.uint32(hcm.limits().maxRequestHeadersKb()));
    builder.setCommonHttpProtocolOptions(common(hcm.timeouts(), hcm.limits(), hcm.rules()));
    return builder.build();
  }

  private static HttpFilter filter(io.headgate.xds.model.filter.HttpFilter filter) {
    return HttpFilter.newBuilder()
        .setName(filter.name())
        .setTypedConfig(Wire.pack(FilterConfigs.encode(filter.config())))
        .setDisabled(filter.disabled())
        .setIsOptional(filter.optional())
        .build();
  }

  private static void timeouts(
      io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
              .HttpConnectionManager.Builder
          builder,
      HttpTimeouts timeouts) {
    builder
        .setRequestTimeout(Protos.duration(timeouts.request()))
        .setRequestHeadersTimeout(Protos.duration(timeouts.requestHeaders()))
        .setStreamIdleTimeout(Protos.duration(timeouts.streamIdle()))
        .setHttp1SafeMaxConnectionDuration(timeouts.connection().http1SafeMax())
        .setDrainTimeout(Protos.duration(timeouts.connection().drain()))
        .setDelayedCloseTimeout(Protos.duration(timeouts.connection().delayedClose()));
  }

  private static HttpProtocolOptions common(
      HttpTimeouts timeouts, HttpLimits limits, HttpRules rules) {
    HttpProtocolOptions.Builder builder =
        HttpProtocolOptions.newBuilder()
            .setIdleTimeout(Protos.duration(timeouts.connection().idle()))
            .setMaxHeadersCount(Protos.uint32(limits.maxHeadersCount()))
            .setHeadersWithUnderscoresAction(
                switch (rules.underscoreHeaders()) {
                  case ALLOW -> HeadersWithUnderscoresAction.ALLOW;
                  case REJECT_REQUEST -> HeadersWithUnderscoresAction.REJECT_REQUEST;
                  case DROP_HEADER -> HeadersWithUnderscoresAction.DROP_HEADER;
                });
    if (!timeouts.connection().max().isZero()) {
      builder.setMaxConnectionDuration(Protos.duration(timeouts.connection().max()));
    }
    if (!timeouts.maxStream().isZero()) {
      builder.setMaxStreamDuration(Protos.duration(timeouts.maxStream()));
    }
    if (limits.maxRequestsPerConnection() > 0) {
      builder.setMaxRequestsPerConnection(Protos.uint32(limits.maxRequestsPerConnection()));
    }
    return builder.build();
  }

  private static void rules(
      io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
              .HttpConnectionManager.Builder
          builder,
      HttpRules rules) {
    ForwardedRules forwarded = rules.forwarded();
    PathRules path = rules.path();
    builder
        .setUseRemoteAddress(Protos.bool(forwarded.useRemoteAddress()))
        .setXffNumTrustedHops(forwarded.xffNumTrustedHops())
        .setSkipXffAppend(forwarded.skipXffAppend())
        .setAppendXForwardedPort(forwarded.appendPort())
        .setVia(forwarded.via())
        .setGenerateRequestId(Protos.bool(rules.requestId().generate()))
        .setPreserveExternalRequestId(rules.requestId().preserveExternal())
        .setAlwaysSetRequestIdInResponse(rules.requestId().alwaysSetInResponse())
        .setNormalizePath(Protos.bool(path.normalizePath()))
        .setMergeSlashes(path.mergeSlashes())
        .setPathWithEscapedSlashesAction(
            switch (path.escapedSlashes()) {
              case KEEP_UNCHANGED -> PathWithEscapedSlashesAction.KEEP_UNCHANGED;
              case REJECT_REQUEST -> PathWithEscapedSlashesAction.REJECT_REQUEST;
              case UNESCAPE_AND_REDIRECT -> PathWithEscapedSlashesAction.UNESCAPE_AND_REDIRECT;
              case UNESCAPE_AND_FORWARD -> PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD;
            })
        .setStripMatchingHostPort(path.stripMatchingHostPort())
        .setStripTrailingHostDot(path.stripTrailingHostDot())
        .setServerName(rules.server().name())
        .setServerHeaderTransformation(
            switch (rules.server().transformation()) {
              case OVERWRITE -> ServerHeaderTransformation.OVERWRITE;
              case APPEND_IF_ABSENT -> ServerHeaderTransformation.APPEND_IF_ABSENT;
              case PASS_THROUGH -> ServerHeaderTransformation.PASS_THROUGH;
            })
        .setHttpProtocolOptions(Http1Codec.encode(rules.protocols().http1()))
        .setHttp2ProtocolOptions(Http2Codec.encode(rules.protocols().http2()))
        .setCodecType(
            switch (rules.protocols().codec()) {
              case AUTO -> CodecType.AUTO;
              case HTTP1 -> CodecType.HTTP1;
              case HTTP2 -> CodecType.HTTP2;
            })
        .setProxy100Continue(rules.protocols().proxy100Continue())
        .setAddUserAgent(Protos.bool(rules.addUserAgent()))
        .setForwardClientCertDetails(
            switch (rules.clientCert().mode()) {
              case SANITIZE -> ForwardClientCertDetails.SANITIZE;
              case FORWARD_ONLY -> ForwardClientCertDetails.FORWARD_ONLY;
              case APPEND_FORWARD -> ForwardClientCertDetails.APPEND_FORWARD;
              case SANITIZE_SET -> ForwardClientCertDetails.SANITIZE_SET;
              case ALWAYS_FORWARD_ONLY -> ForwardClientCertDetails.ALWAYS_FORWARD_ONLY;
            });
    Set<ClientCertRules.Detail> details = rules.clientCert().details();
    if (!details.isEmpty()) {
      builder
          .getSetCurrentClientCertDetailsBuilder()
          .setSubject(Protos.bool(details.contains(ClientCertRules.Detail.SUBJECT)))
          .setCert(details.contains(ClientCertRules.Detail.CERT))
          .setChain(details.contains(ClientCertRules.Detail.CHAIN))
          .setDns(details.contains(ClientCertRules.Detail.DNS))
          .setUri(details.contains(ClientCertRules.Detail.URI));
    }
    if (!forwarded.internal().isEmpty()) {
      forwarded
          .internal()
          .forEach(
              range -> builder.getInternalAddressConfigBuilder().addCidrRanges(Protos.cidr(range)));
    }
    ForwardedRules.Detection detection = forwarded.detection();
    if (detection != null) {
      builder.addOriginalIpDetectionExtensions(
          TypedExtensionConfig.newBuilder()
              .setName("envoy.http.original_ip_detection.xff")
              .setTypedConfig(Wire.pack(detection(detection))));
    }
    rules
        .protocols()
        .upgrades()
        .types()
        .forEach((type, enabled) ->
            builder
                .addUpgradeConfigsBuilder()
                .setUpgradeType(type)
                .setEnabled(Protos.bool(enabled)));
    LocalReplyConfig local = LocalReplyCodec.encode(rules.answers().local());
    if (local != null) {
      builder.setLocalReplyConfig(local);
    }
    if (path.stripAnyHostPort()) {
      builder.setStripAnyHostPort(true);
    }
  }

  private static XffConfig detection(ForwardedRules.Detection detection) {
    XffConfig.Builder builder =
        XffConfig.newBuilder()
            .setXffNumTrustedHops(detection.hops())
            .setSkipXffAppend(Protos.bool(detection.skipAppend()));
    detection
        .trusted()
        .forEach(range -> builder.getXffTrustedCidrsBuilder().addCidrs(Protos.cidr(range)));
    return builder.build();
  }
}
