package io.headgate.xds.codec.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.match.PathMatch;

/** Encodes what a request is held against. */
public final class RouteMatchEncoder {
  private RouteMatchEncoder() {}

  public static RouteMatch encode(io.headgate.xds.model.match.RouteMatch match) {
    RouteMatch.Builder builder = RouteMatch.newBuilder();
    switch (match.path()) {
      case PathMatch.Prefix prefix -> builder.setPrefix(prefix.prefix());
      case PathMatch.Exact exact -> builder.setPath(exact.path());
      case PathMatch.SafeRegex regex -> builder.setSafeRegex(Protos.regex(regex.regex()));
      case PathMatch.Connect connect ->
          builder.setConnectMatcher(RouteMatch.ConnectMatcher.getDefaultInstance());
      case PathMatch.PathSeparatedPrefix prefix -> builder.setPathSeparatedPrefix(prefix.prefix());
    }
    if (!match.caseSensitive()) {
      builder.setCaseSensitive(Protos.bool(false));
    }
    if (match.grpc()) {
      builder.setGrpc(RouteMatch.GrpcRouteMatchOptions.getDefaultInstance());
    }
    if (match.runtimeFraction() != null) {
      builder.setRuntimeFraction(Protos.runtimeFraction(match.runtimeFraction()));
    }
    match.headers().forEach(header -> builder.addHeaders(header(header)));
    match.queryParameters().forEach(query -> builder.addQueryParameters(query(query)));
    return builder.build();
  }

  public static HeaderMatcher header(io.headgate.xds.model.match.HeaderMatcher matcher) {
    HeaderMatcher.Builder builder =
        HeaderMatcher.newBuilder()
            .setName(matcher.name())
            .setInvertMatch(matcher.invert())
            .setTreatMissingHeaderAsEmpty(matcher.treatMissingAsEmpty());
    return switch (matcher.condition()) {
      case io.headgate.xds.model.match.HeaderMatcher.Condition.Present present ->
          builder.setPresentMatch(present.present()).build();
      case io.headgate.xds.model.match.HeaderMatcher.Condition.Matches matches ->
          builder.setStringMatch(Protos.string(matches.matcher())).build();
      case io.headgate.xds.model.match.HeaderMatcher.Condition.Range range ->
          builder
              .setRangeMatch(Int64Range.newBuilder().setStart(range.start()).setEnd(range.end()))
              .build();
    };
  }

  private static QueryParameterMatcher query(
      io.headgate.xds.model.match.QueryParameterMatcher matcher) {
    QueryParameterMatcher.Builder builder =
        QueryParameterMatcher.newBuilder().setName(matcher.name());
    return switch (matcher.condition()) {
      case io.headgate.xds.model.match.QueryParameterMatcher.Condition.Present present ->
          builder.setPresentMatch(present.present()).build();
      case io.headgate.xds.model.match.QueryParameterMatcher.Condition.Matches matches ->
          builder.setStringMatch(Protos.string(matches.matcher())).build();
    };
  }
}
