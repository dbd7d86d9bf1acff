package io.headgate.xds.codec.route;

import io.headgate.xds.codec.header.HeaderMutationsDecoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.ClusterName;
import io.headgate.xds.model.route.ForwardOptions;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.RouteTimeouts;
import io.headgate.xds.model.route.RouteTimeouts.MaxStream;
import io.headgate.xds.model.route.WeightedCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes what a route does. */
final class RouteActionDecoder {
  private static final Map<String, RouteAction.Priority> PRIORITIES =
      Map.of("DEFAULT", RouteAction.Priority.DEFAULT, "HIGH", RouteAction.Priority.HIGH);
  private static final Map<String, Integer> NOT_FOUND =
      Map.of("SERVICE_UNAVAILABLE", 503, "NOT_FOUND", 404, "INTERNAL_SERVER_ERROR", 500);
  static final Map<String, Integer> REDIRECT_CODES =
      Map.of(
          "MOVED_PERMANENTLY", 301,
          "FOUND", 302,
          "SEE_OTHER", 303,
          "TEMPORARY_REDIRECT", 307,
          "PERMANENT_REDIRECT", 308);

  private RouteActionDecoder() {}

  static RouteAction forward(MessageReader r) {
    ClusterChoice clusters = r.build(() -> clusters(r));
    Rewrite rewrite = r.build(() -> RewriteDecoder.decode(r));
    RouteTimeouts timeouts = r.build(() -> timeouts(r));
    RetryPolicy retries = r.message("retry_policy", RetryPolicyDecoder::decode);
    RouteAction.Priority priority = r.oneOf("priority", PRIORITIES);
    Integer status = r.oneOf("cluster_not_found_response_code", NOT_FOUND);
    ForwardOptions options = r.build(() -> ForwardOptionsDecoder.decode(r));
    return new RouteAction.Forward(
        r.built(clusters),
        r.built(rewrite),
        r.built(timeouts),
        retries,
        r.built(priority),
        r.built(status),
        r.built(options));
  }

  private static RouteTimeouts timeouts(MessageReader r) {
    MaxStream maxStream =
        r.message(
            "max_stream_duration",
            m ->
                new MaxStream(
                    m.duration("max_stream_duration"),
                    m.duration("grpc_timeout_header_max"),
                    m.duration("grpc_timeout_header_offset")));
    Duration grpcMax = r.duration("max_grpc_timeout");
    Duration grpcOffset = r.duration("grpc_timeout_offset");
    return new RouteTimeouts(
        r.duration("timeout", RouteTimeouts.DEFAULT.response()),
        r.duration("idle_timeout"),
        maxStream,
        grpcMax == null ? null : new RouteTimeouts.Grpc(grpcMax, grpcOffset));
  }

  private static ClusterChoice clusters(MessageReader r) {
    return switch (r.which("cluster_specifier")) {
      case "cluster" -> new ClusterChoice.One(r.string("cluster"));
      case "cluster_header" -> new ClusterChoice.FromHeader(r.string("cluster_header"));
      case "weighted_clusters" ->
          r.need("weighted_clusters", r.message("weighted_clusters", RouteActionDecoder::weighted));
      default -> throw new Refusal();
    };
  }

  private static ClusterChoice weighted(MessageReader r) {
    List<WeightedCluster> clusters = r.list("clusters", RouteActionDecoder::weightedCluster);
    long total = clusters.stream().mapToLong(WeightedCluster::weight).sum();
    if (r.has("total_weight") && r.wrappedInteger("total_weight", 0) != total) {
      r.refuse("total_weight", "is not the sum of the weights", "remove it");
    }
    ClusterChoice.Draw draw = r.build(() -> draw(r));
    String prefix = r.string("runtime_key_prefix");
    return new ClusterChoice.Weighted(clusters, r.built(draw), prefix);
  }

  private static ClusterChoice.Draw draw(MessageReader r) {
    return switch (r.which("random_value_specifier")) {
      case "" -> new ClusterChoice.Draw.AtRandom();
      case "header_name" -> new ClusterChoice.Draw.ByHeader(r.string("header_name"));
      default -> throw new Refusal();
    };
  }

  private static WeightedCluster weightedCluster(MessageReader r) {
    ClusterName name = r.build(() -> ForwardOptionsDecoder.cluster(r, "name", "cluster_header"));
    long weight = r.wrappedInteger("weight", 0);
    HeaderMutations headers = HeaderMutationsDecoder.decode(r);
    Map<String, FilterConfig> perFilter = RouteDecoder.perFilter(r);
    return new WeightedCluster(
        r.built(name),
        weight,
        headers,
        perFilter,
        emptyToNull(r.stringOrNull("host_rewrite_literal")));
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  static RouteAction redirect(MessageReader r) {
    String scheme =
        switch (r.which("scheme_rewrite_specifier")) {
          case "https_redirect" -> r.bool("https_redirect") ? "https" : "";
          case "scheme_redirect" -> r.string("scheme_redirect");
          default -> "";
        };
    String host = r.string("host_redirect");
    int port = r.small("port_redirect");
    Integer status = r.oneOf("response_code", REDIRECT_CODES);
    boolean stripQuery = r.bool("strip_query");
    RouteAction.RedirectPath path =
        switch (r.which("path_rewrite_specifier")) {
          case "path_redirect" -> new RouteAction.RedirectPath.Replace(r.string("path_redirect"));
          case "prefix_rewrite" ->
              new RouteAction.RedirectPath.ReplacePrefix(r.string("prefix_rewrite"));
          case "regex_rewrite" ->
              new RouteAction.RedirectPath.Regex(
                  r.need("regex_rewrite", r.message("regex_rewrite", RewriteDecoder::regex)));
          default -> new RouteAction.RedirectPath.Keep();
        };
    return new RouteAction.Redirect(scheme, host, port, path, r.built(status), stripQuery);
  }

  static RouteAction directResponse(MessageReader r) {
    int status = r.small("status");
    String body = r.message("body", Shared::inlineText);
    return new RouteAction.DirectResponse(status, body == null ? "" : body);
  }
}
