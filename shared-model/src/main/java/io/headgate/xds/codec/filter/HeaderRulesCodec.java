package io.headgate.xds.codec.filter;

import io.headgate.proto.extensions.v1.RequestHeaders;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;

/** Headgate's own filter for which headers pass, both ways. */
final class HeaderRulesCodec {
  static final String FILTER = "headgate.extensions.v1.HeaderRules";
  static final String PER_ROUTE = "headgate.extensions.v1.HeaderRulesPerRoute";

  private HeaderRulesCodec() {}

  static FilterConfig decode(MessageReader r) {
    return new HeaderRulesConfig();
  }

  static FilterConfig decodePerRoute(MessageReader r) {
    return new HeaderRulesPerRoute(
        r.message(
            "request",
            headers ->
                new HeaderRulesPerRoute.Allowed(
                    headers.strings("names"), headers.strings("prefixes"))),
        r.strings("removed_cookies"));
  }

  static io.headgate.proto.extensions.v1.HeaderRules encode() {
    return io.headgate.proto.extensions.v1.HeaderRules.getDefaultInstance();
  }

  static io.headgate.proto.extensions.v1.HeaderRulesPerRoute encode(HeaderRulesPerRoute rules) {
    var builder =
        io.headgate.proto.extensions.v1.HeaderRulesPerRoute.newBuilder()
            .addAllRemovedCookies(rules.removedCookies());
    HeaderRulesPerRoute.Allowed allowed = rules.request();
    if (allowed != null) {
      builder.setRequest(
          RequestHeaders.newBuilder()
              .addAllNames(allowed.names())
              .addAllPrefixes(allowed.prefixes()));
    }
    return builder.build();
  }
}
