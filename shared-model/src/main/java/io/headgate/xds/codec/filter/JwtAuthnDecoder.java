package io.headgate.xds.codec.filter;

import com.nimbusds.jose.jwk.JWKSet;
import io.headgate.xds.codec.match.RouteMatchDecoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.JwtRequirement;
import io.headgate.xds.model.filter.JwtRule;
import io.headgate.xds.model.match.RouteMatch;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Decodes the token filter. */
final class JwtAuthnDecoder {
  private JwtAuthnDecoder() {}

  static FilterConfig decode(MessageReader r) {
    Map<String, JwtProvider> providers = r.map("providers", JwtAuthnDecoder::provider);
    List<JwtRule> rules = r.list("rules", JwtAuthnDecoder::rule);
    Map<String, JwtRequirement> requirements =
        r.map("requirement_map", JwtAuthnDecoder::requirement);
    return new JwtAuthnConfig(
        providers,
        rules,
        requirements,
        r.bool("bypass_cors_preflight"),
        r.bool("strip_failure_response"));
  }

  static FilterConfig decodePerRoute(MessageReader r) {
    return r.which("requirement_specifier").equals("disabled")
        ? new JwtAuthnPerRoute(r.bool("disabled"), "")
        : new JwtAuthnPerRoute(false, r.string("requirement_name"));
  }

  private static JwtProvider provider(MessageReader r) {
    String issuer = r.string("issuer");
    List<String> audiences = r.strings("audiences");
    String jwks =
        r.build(() -> r.need("local_jwks", r.message("local_jwks", JwtAuthnDecoder::jwks)));
    JwtProvider.TokenSources sources =
        new JwtProvider.TokenSources(
            r.list(
                "from_headers",
                h -> new JwtProvider.HeaderSource(h.string("name"), h.string("value_prefix"))),
            r.strings("from_params"));
    JwtProvider.Forwarding forwarding =
        new JwtProvider.Forwarding(
            r.bool("forward"),
            r.string("forward_payload_header"),
            r.bool("pad_forward_payload_header"),
            r.list(
                "claim_to_headers",
                c ->
                    new JwtProvider.ClaimToHeader(c.string("header_name"), c.string("claim_name"))),
            r.string("payload_in_metadata"));
    long skew = r.integer("clock_skew_seconds");
    return new JwtProvider(
        issuer,
        audiences,
        r.built(jwks),
        sources,
        forwarding,
        skew == 0 ? JwtProvider.DEFAULT_CLOCK_SKEW : Duration.ofSeconds(skew));
  }

  private static String jwks(MessageReader r) {
    String field = r.which("specifier");
    String text = Shared.inlineText(r);
    try {
      if (JWKSet.parse(text).isEmpty()) {
        r.refuse(field, "holds no key", "");
        throw new Refusal();
      }
      return text;
    } catch (ParseException e) {
      r.refuse(field, "is no JSON web key set", "give {\"keys\": […]} with supported keys");
      throw new Refusal();
    }
  }

  private static JwtRule rule(MessageReader r) {
    RouteMatch match = r.message("match", RouteMatchDecoder::decode);
    JwtRequirement requirement =
        switch (r.which("requirement_type")) {
          case "requires" -> r.message("requires", JwtAuthnDecoder::requirement);
          case "requirement_name" -> new JwtRequirement.Named(r.string("requirement_name"));
          default -> null;
        };
    return new JwtRule(r.need("match", match), requirement);
  }

  private static JwtRequirement requirement(MessageReader r) {
    return switch (r.which("requires_type")) {
      case "provider_name" -> new JwtRequirement.Provider(r.string("provider_name"), List.of());
      case "provider_and_audiences" ->
          r.need(
              "provider_and_audiences",
              r.message(
                  "provider_and_audiences",
                  p ->
                      new JwtRequirement.Provider(
                          p.string("provider_name"), p.strings("audiences"))));
      case "requires_any" ->
          r.need(
              "requires_any",
              r.message(
                  "requires_any",
                  any ->
                      new JwtRequirement.AnyOf(
                          any.list("requirements", JwtAuthnDecoder::requirement))));
      case "requires_all" ->
          r.need(
              "requires_all",
              r.message(
                  "requires_all",
                  all ->
                      new JwtRequirement.AllOf(
                          all.list("requirements", JwtAuthnDecoder::requirement))));
      case "allow_missing" -> {
        r.message("allow_missing", empty -> true);
        yield new JwtRequirement.AllowMissing();
      }
      case "allow_missing_or_failed" -> {
        r.message("allow_missing_or_failed", empty -> true);
        yield new JwtRequirement.AllowMissingOrFailed();
      }
      default -> throw new IllegalArgumentException("a requirement needs a kind");
    };
  }
}
