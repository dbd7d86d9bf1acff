package io.headgate.xds.codec.route;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.route.ForwardOptions;
import io.headgate.xds.model.route.HashPolicy;
import io.headgate.xds.model.route.InternalRedirects;
import io.headgate.xds.model.route.Mirror;

/** Encodes the rarer parts of forwarding. */
final class ForwardOptionsEncoder {
  private ForwardOptionsEncoder() {}

  static void encode(RouteAction.Builder builder, ForwardOptions options) {
    options
        .upgrades()
        .types()
        .forEach((type, enabled) ->
            builder
                .addUpgradeConfigsBuilder()
                .setUpgradeType(type)
                .setEnabled(Protos.bool(enabled)));
    options.hashPolicies().forEach(policy -> builder.addHashPolicy(hash(policy)));
    options.mirrors().forEach(mirror -> builder.addRequestMirrorPolicies(mirror(mirror)));
    if (options.internalRedirects() != null) {
      builder.setInternalRedirectPolicy(redirects(options.internalRedirects()));
    }
  }

  static RouteAction.RequestMirrorPolicy mirror(Mirror mirror) {
    RouteAction.RequestMirrorPolicy.Builder builder =
        RouteAction.RequestMirrorPolicy.newBuilder()
            .setDisableShadowHostSuffixAppend(mirror.keepHost());
    if (mirror.cluster().inHeader()) {
      builder.setClusterHeader(mirror.cluster().text());
    } else {
      builder.setCluster(mirror.cluster().text());
    }
    if (mirror.fraction() != null) {
      builder.setRuntimeFraction(Protos.runtimeFraction(mirror.fraction()));
    }
    return builder.build();
  }

  private static RouteAction.HashPolicy hash(HashPolicy policy) {
    RouteAction.HashPolicy.Builder builder =
        RouteAction.HashPolicy.newBuilder().setTerminal(policy.terminal());
    switch (policy.source()) {
      case HashPolicy.Source.Header header -> {
        builder.getHeaderBuilder().setHeaderName(header.name());
        if (header.rewrite() != null) {
          builder.getHeaderBuilder().setRegexRewrite(Protos.regexRewrite(header.rewrite()));
        }
      }
      case HashPolicy.Source.Cookie cookie -> {
        builder.getCookieBuilder().setName(cookie.name()).setPath(cookie.path());
        if (cookie.ttl() != null) {
          builder.getCookieBuilder().setTtl(Protos.duration(cookie.ttl()));
        }
        cookie
            .attributes()
            .forEach((name, value) ->
                builder.getCookieBuilder().addAttributesBuilder().setName(name).setValue(value));
      }
      case HashPolicy.Source.ClientAddress _ ->
          builder.getConnectionPropertiesBuilder().setSourceIp(true);
      case HashPolicy.Source.QueryParameter query ->
          builder.getQueryParameterBuilder().setName(query.name());
    }
    return builder.build();
  }

  private static InternalRedirectPolicy redirects(InternalRedirects redirects) {
    InternalRedirectPolicy.Builder builder =
        InternalRedirectPolicy.newBuilder()
            .setMaxInternalRedirects(Protos.uint32(redirects.max()))
            .addAllRedirectResponseCodes(redirects.codes().stream().sorted().toList())
            .setAllowCrossSchemeRedirect(redirects.crossScheme())
            .addAllResponseHeadersToCopy(redirects.headersToCopy());
    InternalRedirects.Targets targets = redirects.targets();
    if (targets.notBefore()) {
      builder.addPredicates(
          predicate("previous_routes", PreviousRoutesConfig.getDefaultInstance()));
    }
    if (targets.safeScheme()) {
      builder.addPredicates(
          predicate("safe_cross_scheme", SafeCrossSchemeConfig.getDefaultInstance()));
    }
    if (targets.allowed() != null) {
      builder.addPredicates(
          predicate(
              "allow_listed_routes",
              AllowListedRoutesConfig.newBuilder()
                  .addAllAllowedRouteNames(targets.allowed())
                  .build()));
    }
    return builder.build();
  }

  private static TypedExtensionConfig predicate(String name, Message config) {
    return TypedExtensionConfig.newBuilder()
        .setName("envoy.internal_redirect_predicates." + name)
        .setTypedConfig(Wire.pack(config))
        .build();
  }
}
