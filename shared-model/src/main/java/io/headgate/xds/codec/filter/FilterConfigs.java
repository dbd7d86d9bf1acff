package io.headgate.xds.codec.filter;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.headgate.xds.codec.header.HeaderMutationDecoder;
import io.headgate.xds.codec.header.HeaderMutationEncoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.TypeUrls;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.FilterOverride;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.RouterConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The one list of HTTP filters: their messages, decoders and encoders. */
public final class FilterConfigs {
  private static final String FILTERS = "envoy.extensions.filters.http.";

  private static final Map<String, Extension<FilterConfig>> FILTER =
      Map.of(
          FILTERS + "router.v3.Router",
          new Extension<>(
              Router.getDefaultInstance(),
              r ->
                  new RouterConfig(
                      r.bool("suppress_envoy_headers"), r.bool("respect_expected_rq_timeout"))),
          FILTERS + "jwt_authn.v3.JwtAuthentication",
          new Extension<>(JwtAuthentication.getDefaultInstance(), JwtAuthnDecoder::decode),
          FILTERS + "header_mutation.v3.HeaderMutation",
          new Extension<>(HeaderMutation.getDefaultInstance(), HeaderMutationDecoder::decode),
          FILTERS + "cors.v3.Cors",
          new Extension<>(Cors.getDefaultInstance(), CorsCodec::decode),
          HeaderRulesCodec.FILTER,
          new Extension<>(HeaderRulesCodec.encode(), HeaderRulesCodec::decode),
          LimitsDecoder.HTTP_LIMITS,
          new Extension<>(
              io.headgate.proto.extensions.v1.HttpLimits.getDefaultInstance(),
              LimitsDecoder::http));

  private static final Map<String, Extension<FilterConfig>> ROUTE_LEVEL =
      Map.of(
          FILTERS + "jwt_authn.v3.PerRouteConfig",
          new Extension<>(PerRouteConfig.getDefaultInstance(), JwtAuthnDecoder::decodePerRoute),
          FILTERS + "header_mutation.v3.HeaderMutationPerRoute",
          new Extension<>(
              io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute
                  .getDefaultInstance(),
              HeaderMutationDecoder::decodePerRoute),
          FILTERS + "cors.v3.CorsPolicy",
          new Extension<>(CorsPolicy.getDefaultInstance(), CorsCodec::decodePerRoute),
          HeaderRulesCodec.PER_ROUTE,
          new Extension<>(
              io.headgate.proto.extensions.v1.HeaderRulesPerRoute.getDefaultInstance(),
              HeaderRulesCodec::decodePerRoute),
          LimitsDecoder.PER_ROUTE,
          new Extension<>(
              io.headgate.proto.extensions.v1.HttpLimitsPerRoute.getDefaultInstance(),
              LimitsDecoder::perRoute));

  private static final Map<String, Extension<FilterConfig>> PER_ROUTE =
      Map.of(
          FILTERS + "jwt_authn.v3.PerRouteConfig",
          ROUTE_LEVEL.get(FILTERS + "jwt_authn.v3.PerRouteConfig"),
          FILTERS + "header_mutation.v3.HeaderMutationPerRoute",
          ROUTE_LEVEL.get(FILTERS + "header_mutation.v3.HeaderMutationPerRoute"),
          LimitsDecoder.PER_ROUTE,
          ROUTE_LEVEL.get(LimitsDecoder.PER_ROUTE),
          FILTERS + "cors.v3.CorsPolicy",
          ROUTE_LEVEL.get(FILTERS + "cors.v3.CorsPolicy"),
          HeaderRulesCodec.PER_ROUTE,
          ROUTE_LEVEL.get(HeaderRulesCodec.PER_ROUTE),
          "envoy.config.route.v3.FilterConfig",
          new Extension<>(
              io.envoyproxy.envoy.config.route.v3.FilterConfig.getDefaultInstance(),
              FilterConfigs::override));

  private FilterConfigs() {}

  /** Type URLs of the HTTP filters that can be in a filter chain. */
  public static Set<String> filterTypeUrls() {
    return FILTER.keySet().stream().map(TypeUrls::of).collect(Collectors.toUnmodifiableSet());
  }

  public static Map<String, Extension<FilterConfig>> filters() {
    return FILTER;
  }

  public static Map<String, Extension<FilterConfig>> perRoute() {
    return PER_ROUTE;
  }

  private static FilterConfig override(MessageReader r) {
    boolean disabled = r.bool("disabled");
    Optional<FilterConfig> config =
        r.message("config", Optional.empty(), FilterConfigs::routeLevel);
    return new FilterOverride(config.orElse(null), disabled);
  }

  /** An empty {@code Any} has no configuration: it only switches a filter on. */
  private static Optional<FilterConfig> routeLevel(MessageReader any) {
    return any.string("type_url").isEmpty()
        ? Optional.empty()
        : Optional.of(any.<FilterConfig>unpack(ROUTE_LEVEL));
  }

  /** A filter's configuration as the message that carries it. */
  public static Message encode(FilterConfig config) {
    return switch (config) {
      case RouterConfig router ->
          Router.newBuilder()
              .setSuppressEnvoyHeaders(router.suppressEnvoyHeaders())
              .setRespectExpectedRqTimeout(router.respectExpectedTimeout())
              .build();
      case JwtAuthnConfig jwt -> JwtAuthnEncoder.encode(jwt);
      case JwtAuthnPerRoute jwt -> JwtAuthnEncoder.encode(jwt);
      case HeaderMutationConfig mutation -> HeaderMutationEncoder.encode(mutation);
      case HeaderMutationPerRoute mutation -> HeaderMutationEncoder.encode(mutation);
      case HttpLimitsConfig limits -> LimitsDecoder.encode(limits);
      case HttpLimitsPerRoute limits -> LimitsDecoder.encode(limits);
      case CorsConfig _ -> CorsCodec.encode();
      case CorsPerRoute cors -> CorsCodec.encode(cors);
      case HeaderRulesConfig _ -> HeaderRulesCodec.encode();
      case HeaderRulesPerRoute rules -> HeaderRulesCodec.encode(rules);
      case FilterOverride override -> encodeOverride(override);
    };
  }

  private static Message encodeOverride(FilterOverride override) {
    io.envoyproxy.envoy.config.route.v3.FilterConfig.Builder builder =
        io.envoyproxy.envoy.config.route.v3.FilterConfig.newBuilder()
            .setDisabled(override.disabled());
    if (override.config() != null) {
      builder.setConfig(Wire.pack(encode(override.config())));
    }
    return builder.build();
  }
}
