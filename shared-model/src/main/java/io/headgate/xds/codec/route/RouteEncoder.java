package io.headgate.xds.codec.route;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.codec.header.HeaderMutationEncoder;
import io.headgate.xds.codec.match.RouteMatchEncoder;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.route.RouteAction;
import java.util.LinkedHashMap;
import java.util.Map;

/** Encodes route tables. */
public final class RouteEncoder {
  private RouteEncoder() {}

  public static RouteConfiguration encode(io.headgate.xds.model.RouteConfiguration table) {
    HeaderMutations headers = table.headers();
    io.headgate.xds.model.RouteConfiguration.Options options = table.options();
    RouteConfiguration.Builder builder =
        RouteConfiguration.newBuilder()
            .setName(table.name())
            .addAllRequestHeadersToAdd(HeaderMutationEncoder.additions(headers.requestAdd()))
            .addAllRequestHeadersToRemove(headers.requestRemove())
            .addAllResponseHeadersToAdd(HeaderMutationEncoder.additions(headers.responseAdd()))
            .addAllResponseHeadersToRemove(headers.responseRemove())
            .putAllTypedPerFilterConfig(perFilter(table.typedPerFilterConfig()))
            .setMostSpecificHeaderMutationsWins(options.mostSpecificHeaderMutationsWins())
            .setIgnorePortInHostMatching(options.ignorePortInHostMatching())
            .setIgnorePathParametersInPathMatching(options.ignorePathParameters())
            .addAllInternalOnlyHeaders(options.internalOnlyHeaders())
            .setMaxDirectResponseBodySizeBytes(
                Protos.uint32(options.maxDirectResponseBodySizeBytes()));
    table
        .mirrors()
        .forEach(mirror -> builder.addRequestMirrorPolicies(ForwardOptionsEncoder.mirror(mirror)));
    table.virtualHosts().forEach(host -> builder.addVirtualHosts(virtualHost(host)));
    return builder.build();
  }

  private static VirtualHost virtualHost(io.headgate.xds.model.route.VirtualHost host) {
    HeaderMutations headers = host.headers();
    VirtualHost.Builder builder =
        VirtualHost.newBuilder()
            .setName(host.name())
            .addAllDomains(host.domains())
            .addAllRequestHeadersToAdd(HeaderMutationEncoder.additions(headers.requestAdd()))
            .addAllRequestHeadersToRemove(headers.requestRemove())
            .addAllResponseHeadersToAdd(HeaderMutationEncoder.additions(headers.responseAdd()))
            .addAllResponseHeadersToRemove(headers.responseRemove())
            .putAllTypedPerFilterConfig(perFilter(host.typedPerFilterConfig()))
            .setIncludeRequestAttemptCount(host.attemptCount().inRequest())
            .setIncludeAttemptCountInResponse(host.attemptCount().inResponse());
    builder.setRequireTls(
        switch (host.options().requireTls()) {
          case NONE -> VirtualHost.TlsRequirementType.NONE;
          case EXTERNAL_ONLY -> VirtualHost.TlsRequirementType.EXTERNAL_ONLY;
          case ALL -> VirtualHost.TlsRequirementType.ALL;
        });
    host.options()
        .mirrors()
        .forEach(mirror -> builder.addRequestMirrorPolicies(ForwardOptionsEncoder.mirror(mirror)));
    if (host.retryPolicy() != null) {
      builder.setRetryPolicy(RouteActionEncoder.retries(host.retryPolicy()));
    }
    host.routes().forEach(route -> builder.addRoutes(route(route)));
    return builder.build();
  }

  private static Route route(io.headgate.xds.model.route.Route route) {
    HeaderMutations headers = route.headers();
    Route.Builder builder =
        Route.newBuilder()
            .setName(route.name())
            .setMatch(RouteMatchEncoder.encode(route.match()))
            .addAllRequestHeadersToAdd(HeaderMutationEncoder.additions(headers.requestAdd()))
            .addAllRequestHeadersToRemove(headers.requestRemove())
            .addAllResponseHeadersToAdd(HeaderMutationEncoder.additions(headers.responseAdd()))
            .addAllResponseHeadersToRemove(headers.responseRemove())
            .putAllTypedPerFilterConfig(perFilter(route.typedPerFilterConfig()));
    if (!route.metadata().filterMetadata().isEmpty()) {
      builder.setMetadata(Protos.metadata(route.metadata()));
    }
    return switch (route.action()) {
      case RouteAction.Forward forward ->
          builder.setRoute(RouteActionEncoder.forward(forward)).build();
      case RouteAction.Redirect redirect ->
          builder.setRedirect(RouteActionEncoder.redirect(redirect)).build();
      case RouteAction.DirectResponse direct ->
          builder.setDirectResponse(RouteActionEncoder.direct(direct)).build();
    };
  }

  static Map<String, Any> perFilter(Map<String, FilterConfig> configs) {
    Map<String, Any> packed = new LinkedHashMap<>();
    configs.forEach((name, config) -> packed.put(name, Wire.pack(FilterConfigs.encode(config))));
    return packed;
  }
}
