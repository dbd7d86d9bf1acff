package io.headgate.xds.codec.filter;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.ProviderWithAudiences;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.headgate.xds.codec.match.RouteMatchEncoder;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.JwtRule;

/** Encodes the token filter. */
final class JwtAuthnEncoder {
  private JwtAuthnEncoder() {}

  static Message encode(JwtAuthnConfig config) {
    JwtAuthentication.Builder builder =
        JwtAuthentication.newBuilder()
            .setBypassCorsPreflight(config.bypassCorsPreflight())
            .setStripFailureResponse(config.stripFailureResponse());
    config.providers().forEach((name, provider) -> builder.putProviders(name, provider(provider)));
    config.rules().forEach(rule -> builder.addRules(rule(rule)));
    config.requirements().forEach((name, r) -> builder.putRequirementMap(name, requirement(r)));
    return builder.build();
  }

  static Message encode(JwtAuthnPerRoute config) {
    PerRouteConfig.Builder builder = PerRouteConfig.newBuilder();
    return config.disabled()
        ? builder.setDisabled(true).build()
        : builder.setRequirementName(config.requirementName()).build();
  }

  private static io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider provider(
      JwtProvider provider) {
    JwtProvider.Forwarding forwarding = provider.forwarding();
    io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.Builder builder =
        io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.newBuilder()
            .setIssuer(provider.issuer())
            .addAllAudiences(provider.audiences())
            .setLocalJwks(Protos.text(provider.jwks()))
            .addAllFromParams(provider.sources().params())
            .setForward(forwarding.forward())
            .setForwardPayloadHeader(forwarding.payloadHeader())
            .setPadForwardPayloadHeader(forwarding.padPayloadHeader())
            .setPayloadInMetadata(forwarding.payloadInMetadata())
            .setClockSkewSeconds((int) provider.clockSkew().toSeconds());
    for (JwtProvider.HeaderSource header : provider.sources().headers()) {
      builder.addFromHeaders(
          JwtHeader.newBuilder().setName(header.name()).setValuePrefix(header.valuePrefix()));
    }
    for (JwtProvider.ClaimToHeader claim : forwarding.claimToHeaders()) {
      builder.addClaimToHeaders(
          JwtClaimToHeader.newBuilder()
              .setHeaderName(claim.headerName())
              .setClaimName(claim.claimName()));
    }
    return builder.build();
  }

  private static RequirementRule rule(JwtRule rule) {
    RequirementRule.Builder builder =
        RequirementRule.newBuilder().setMatch(RouteMatchEncoder.encode(rule.match()));
    if (rule.requirement() instanceof io.headgate.xds.model.filter.JwtRequirement.Named named) {
      builder.setRequirementName(named.name());
    } else if (rule.requirement() != null) {
      builder.setRequires(requirement(rule.requirement()));
    }
    return builder.build();
  }

  private static JwtRequirement requirement(
      io.headgate.xds.model.filter.JwtRequirement requirement) {
    JwtRequirement.Builder builder = JwtRequirement.newBuilder();
    return switch (requirement) {
      case io.headgate.xds.model.filter.JwtRequirement.Provider p ->
          p.audiences().isEmpty()
              ? builder.setProviderName(p.name()).build()
              : builder
                  .setProviderAndAudiences(
                      ProviderWithAudiences.newBuilder()
                          .setProviderName(p.name())
                          .addAllAudiences(p.audiences()))
                  .build();
      case io.headgate.xds.model.filter.JwtRequirement.AnyOf any -> {
        JwtRequirementOrList.Builder list = JwtRequirementOrList.newBuilder();
        any.requirements().forEach(r -> list.addRequirements(requirement(r)));
        yield builder.setRequiresAny(list).build();
      }
      case io.headgate.xds.model.filter.JwtRequirement.AllOf all -> {
        JwtRequirementAndList.Builder list = JwtRequirementAndList.newBuilder();
        all.requirements().forEach(r -> list.addRequirements(requirement(r)));
        yield builder.setRequiresAll(list).build();
      }
      case io.headgate.xds.model.filter.JwtRequirement.AllowMissing m ->
          builder.setAllowMissing(Empty.getDefaultInstance()).build();
      case io.headgate.xds.model.filter.JwtRequirement.AllowMissingOrFailed m ->
          builder.setAllowMissingOrFailed(Empty.getDefaultInstance()).build();
      case io.headgate.xds.model.filter.JwtRequirement.Named named ->
          throw new IllegalArgumentException(
              "requirement " + named.name() + " can be named by a rule or route only");
    };
  }
}
