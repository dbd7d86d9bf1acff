package io.headgate.xds.codec.route;

import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.headgate.xds.codec.header.HeaderMutationEncoder;
import io.headgate.xds.codec.match.RouteMatchEncoder;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.RetryPolicy.RateLimitedBackOff;
import io.headgate.xds.model.route.RetryPolicy.ResetHeader;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.RouteAction.DirectResponse;
import io.headgate.xds.model.route.RouteAction.Forward;
import io.headgate.xds.model.route.RouteAction.Priority;
import io.headgate.xds.model.route.RouteAction.Redirect;
import io.headgate.xds.model.route.RouteAction.RedirectPath;
import io.headgate.xds.model.route.RouteTimeouts;
import java.util.stream.Collectors;

/** Encodes what a route does. */
final class RouteActionEncoder {
  private RouteActionEncoder() {}

  static RouteAction forward(Forward forward) {
    RouteAction.Builder builder =
        RouteAction.newBuilder()
            .setPriority(
                forward.priority() == Priority.HIGH
                    ? RoutingPriority.HIGH
                    : RoutingPriority.DEFAULT)
            .setClusterNotFoundResponseCode(
                switch (forward.clusterNotFoundStatus()) {
                  case 404 -> ClusterNotFoundResponseCode.NOT_FOUND;
                  case 500 -> ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR;
                  default -> ClusterNotFoundResponseCode.SERVICE_UNAVAILABLE;
                });
    ForwardOptionsEncoder.encode(builder, forward.options());
    switch (forward.clusters()) {
      case ClusterChoice.One one -> builder.setCluster(one.cluster());
      case ClusterChoice.FromHeader header -> builder.setClusterHeader(header.header());
      case ClusterChoice.Weighted weighted -> builder.setWeightedClusters(weighted(weighted));
    }
    rewrite(builder, forward.rewrite());
    timeouts(builder, forward.timeouts());
    if (forward.retryPolicy() != null) {
      builder.setRetryPolicy(retries(forward.retryPolicy()));
    }
    return builder.build();
  }

  private static void rewrite(RouteAction.Builder builder, Rewrite rewrite) {
    switch (rewrite.path()) {
      case Rewrite.PathEdit.Keep _ -> {}
      case Rewrite.PathEdit.Prefix prefix -> builder.setPrefixRewrite(prefix.prefix());
      case Rewrite.PathEdit.Regex regex ->
          builder.setRegexRewrite(Protos.regexRewrite(regex.rewrite()));
    }
    switch (rewrite.host()) {
      case Rewrite.HostEdit.Keep _ -> {}
      case Rewrite.HostEdit.Literal literal -> builder.setHostRewriteLiteral(literal.host());
      case Rewrite.HostEdit.OfEndpoint _ -> builder.setAutoHostRewrite(Protos.bool(true));
      case Rewrite.HostEdit.OfHeader header -> builder.setHostRewriteHeader(header.name());
      case Rewrite.HostEdit.OfPath path ->
          builder.setHostRewritePathRegex(Protos.regexRewrite(path.rewrite()));
    }
    builder.setAppendXForwardedHost(rewrite.appendForwardedHost());
  }

  private static void timeouts(RouteAction.Builder builder, RouteTimeouts timeouts) {
    builder.setTimeout(Protos.duration(timeouts.response()));
    if (timeouts.idle() != null) {
      builder.setIdleTimeout(Protos.duration(timeouts.idle()));
    }
    if (timeouts.maxStream() != null) {
      builder.setMaxStreamDuration(maxStream(timeouts.maxStream()));
    }
    if (timeouts.grpc() != null) {
      builder.setMaxGrpcTimeout(Protos.duration(timeouts.grpc().max()));
      if (timeouts.grpc().offset() != null) {
        builder.setGrpcTimeoutOffset(Protos.duration(timeouts.grpc().offset()));
      }
    }
  }

  private static RouteAction.MaxStreamDuration maxStream(RouteTimeouts.MaxStream max) {
    RouteAction.MaxStreamDuration.Builder builder = RouteAction.MaxStreamDuration.newBuilder();
    if (max.duration() != null) {
      builder.setMaxStreamDuration(Protos.duration(max.duration()));
    }
    if (max.grpcHeaderMax() != null) {
      builder.setGrpcTimeoutHeaderMax(Protos.duration(max.grpcHeaderMax()));
    }
    if (max.grpcHeaderOffset() != null) {
      builder.setGrpcTimeoutHeaderOffset(Protos.duration(max.grpcHeaderOffset()));
    }
    return builder.build();
  }

  private static WeightedCluster weighted(ClusterChoice.Weighted weighted) {
    WeightedCluster.Builder builder =
        WeightedCluster.newBuilder().setRuntimeKeyPrefix(weighted.runtimeKeyPrefix());
    switch (weighted.draw()) {
      case ClusterChoice.Draw.AtRandom _ -> {}
      case ClusterChoice.Draw.ByHeader header -> builder.setHeaderName(header.name());
    }
    for (io.headgate.xds.model.route.WeightedCluster cluster : weighted.clusters()) {
      HeaderMutations headers = cluster.headers();
      WeightedCluster.ClusterWeight.Builder entry =
          builder
              .addClustersBuilder()
              .setWeight(Protos.uint32(cluster.weight()))
              .addAllRequestHeadersToAdd(HeaderMutationEncoder.additions(headers.requestAdd()))
              .addAllRequestHeadersToRemove(headers.requestRemove())
              .addAllResponseHeadersToAdd(HeaderMutationEncoder.additions(headers.responseAdd()))
              .addAllResponseHeadersToRemove(headers.responseRemove())
              .putAllTypedPerFilterConfig(RouteEncoder.perFilter(cluster.typedPerFilterConfig()));
      if (cluster.cluster().inHeader()) {
        entry.setClusterHeader(cluster.cluster().text());
      } else {
        entry.setName(cluster.cluster().text());
      }
      if (cluster.hostRewriteLiteral() != null) {
        entry.setHostRewriteLiteral(cluster.hostRewriteLiteral());
      }
    }
    return builder.build();
  }

  static RetryPolicy retries(io.headgate.xds.model.route.RetryPolicy policy) {
    RetryPolicy.Builder builder =
        RetryPolicy.newBuilder()
            .setRetryOn(
                policy.retryOn().stream().map(RetryOn::word).collect(Collectors.joining(",")))
            .setNumRetries(Protos.uint32(policy.numRetries()))
            .setRetryBackOff(
                RetryPolicy.RetryBackOff.newBuilder()
                    .setBaseInterval(Protos.duration(policy.backOff().base()))
                    .setMaxInterval(Protos.duration(policy.backOff().max())))
            .addAllRetriableStatusCodes(policy.retriableStatusCodes().stream().sorted().toList())
            .setHostSelectionRetryMaxAttempts(policy.hostSelection().maxAttempts());
    if (!policy.perTryTimeout().isZero()) {
      builder.setPerTryTimeout(Protos.duration(policy.perTryTimeout()));
    }
    if (!policy.perTry().idleTimeout().isZero()) {
      builder.setPerTryIdleTimeout(Protos.duration(policy.perTry().idleTimeout()));
    }
    policy.retriable().headers().stream()
        .map(RouteMatchEncoder::header)
        .forEach(builder::addRetriableHeaders);
    policy.retriable().requestHeaders().stream()
        .map(RouteMatchEncoder::header)
        .forEach(builder::addRetriableRequestHeaders);
    if (policy.rateLimited() != null) {
      builder.setRateLimitedRetryBackOff(rateLimited(policy.rateLimited()));
    }
    if (policy.hostSelection().avoidPreviousHosts()) {
      builder.addRetryHostPredicate(
          RetryPolicy.RetryHostPredicate.newBuilder()
              .setName("envoy.retry_host_predicates.previous_hosts")
              .setTypedConfig(Wire.pack(PreviousHostsPredicate.getDefaultInstance())));
    }
    return builder.build();
  }

  private static RetryPolicy.RateLimitedRetryBackOff rateLimited(RateLimitedBackOff backOff) {
    RetryPolicy.RateLimitedRetryBackOff.Builder builder =
        RetryPolicy.RateLimitedRetryBackOff.newBuilder()
            .setMaxInterval(Protos.duration(backOff.max()));
    for (ResetHeader header : backOff.resetHeaders()) {
      builder
          .addResetHeadersBuilder()
          .setName(header.name())
          .setFormat(
              header.unixTime()
                  ? RetryPolicy.ResetHeaderFormat.UNIX_TIMESTAMP
                  : RetryPolicy.ResetHeaderFormat.SECONDS);
    }
    return builder.build();
  }

  static RedirectAction redirect(Redirect redirect) {
    RedirectAction.Builder builder =
        RedirectAction.newBuilder()
            .setHostRedirect(redirect.host())
            .setPortRedirect(redirect.port())
            .setStripQuery(redirect.stripQuery())
            .setResponseCode(code(redirect.status()));
    if (!redirect.scheme().isEmpty()) {
      builder.setSchemeRedirect(redirect.scheme());
    }
    switch (redirect.path()) {
      case RedirectPath.Keep keep -> {}
      case RedirectPath.Replace replace -> builder.setPathRedirect(replace.path());
      case RedirectPath.ReplacePrefix prefix -> builder.setPrefixRewrite(prefix.prefix());
      case RedirectPath.Regex regex ->
          builder.setRegexRewrite(Protos.regexRewrite(regex.rewrite()));
    }
    return builder.build();
  }

  private static RedirectResponseCode code(int status) {
    return switch (status) {
      case 302 -> RedirectResponseCode.FOUND;
      case 303 -> RedirectResponseCode.SEE_OTHER;
      case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
      case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
      default -> RedirectResponseCode.MOVED_PERMANENTLY;
    };
  }

  static DirectResponseAction direct(DirectResponse direct) {
    DirectResponseAction.Builder builder =
        DirectResponseAction.newBuilder().setStatus(direct.status());
    if (!direct.body().isEmpty()) {
      builder.setBody(Protos.text(direct.body()));
    }
    return builder.build();
  }
}
