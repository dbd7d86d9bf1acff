package io.headgate.xds.codec.filter;

import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.filter.FilterConfig;

/** The CORS filter, both ways. */
final class CorsCodec {
  private CorsCodec() {}

  static FilterConfig decode(MessageReader r) {
    return new CorsConfig();
  }

  static FilterConfig decodePerRoute(MessageReader r) {
    return new CorsPerRoute(
        r.list("allow_origin_string_match", Shared::stringMatcher),
        new CorsPerRoute.Answer(
            r.string("allow_methods"),
            r.string("allow_headers"),
            r.string("expose_headers"),
            r.string("max_age"),
            r.has("allow_credentials")
                ? (Boolean) r.wrappedBool("allow_credentials", false)
                : null),
        r.wrappedBool("forward_not_matching_preflights", true));
  }

  static Cors encode() {
    return Cors.getDefaultInstance();
  }

  static CorsPolicy encode(CorsPerRoute cors) {
    CorsPolicy.Builder builder =
        CorsPolicy.newBuilder()
            .setAllowMethods(cors.answer().methods())
            .setAllowHeaders(cors.answer().headers())
            .setExposeHeaders(cors.answer().exposed())
            .setMaxAge(cors.answer().maxAge());
    cors.origins().forEach(origin -> builder.addAllowOriginStringMatch(Protos.string(origin)));
    Boolean credentials = cors.answer().credentials();
    if (credentials != null) {
      builder.setAllowCredentials(Protos.bool(credentials));
    }
    if (!cors.forwardUnmatched()) {
      builder.setForwardNotMatchingPreflights(Protos.bool(false));
    }
    return builder.build();
  }
}
