package io.headgate.xds.codec.route;

import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.codec.header.HeaderMutationsDecoder;
import io.headgate.xds.codec.match.RouteMatchDecoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Metadata;
import java.util.List;
import java.util.Map;

/** Decodes route tables. */
public final class RouteDecoder {
  private static final Map<String, VirtualHost.RequireTls> REQUIRE_TLS =
      Map.of(
          "NONE", VirtualHost.RequireTls.NONE,
          "EXTERNAL_ONLY", VirtualHost.RequireTls.EXTERNAL_ONLY,
          "ALL", VirtualHost.RequireTls.ALL);

  private RouteDecoder() {}

  public static RouteConfiguration decode(MessageReader r) {
    String name = r.string("name");
    List<VirtualHost> hosts = r.list("virtual_hosts", RouteDecoder::virtualHost);
    HeaderMutations headers = HeaderMutationsDecoder.decode(r);
    Map<String, FilterConfig> perFilter = perFilter(r);
    r.onlyBool("validate_clusters", false);
    return new RouteConfiguration(
        name,
        hosts,
        headers,
        perFilter,
        new RouteConfiguration.Options(
            r.bool("most_specific_header_mutations_wins"),
            r.bool("ignore_port_in_host_matching"),
            r.bool("ignore_path_parameters_in_path_matching"),
            r.strings("internal_only_headers"),
            r.wrappedSmall(
                "max_direct_response_body_size_bytes",
                RouteConfiguration.DEFAULT_MAX_DIRECT_RESPONSE_BYTES)),
        ForwardOptionsDecoder.mirrors(r));
  }

  private static VirtualHost virtualHost(MessageReader r) {
    String name = r.string("name");
    List<String> domains = r.strings("domains");
    List<Route> routes = r.list("routes", RouteDecoder::route);
    HeaderMutations headers = HeaderMutationsDecoder.decode(r);
    Map<String, FilterConfig> perFilter = perFilter(r);
    RetryPolicy retries = r.message("retry_policy", RetryPolicyDecoder::decode);
    VirtualHost.RequireTls requireTls = r.oneOf("require_tls", REQUIRE_TLS);
    List<Mirror> mirrors = ForwardOptionsDecoder.mirrors(r);
    VirtualHost.AttemptCount attemptCount =
        new VirtualHost.AttemptCount(
            r.bool("include_request_attempt_count"), r.bool("include_attempt_count_in_response"));
    return new VirtualHost(
        name,
        domains,
        routes,
        headers,
        perFilter,
        retries,
        new VirtualHost.Options(attemptCount, r.built(requireTls), mirrors));
  }

  private static Route route(MessageReader r) {
    String name = r.string("name");
    RouteMatch match = r.message("match", RouteMatchDecoder::decode);
    HeaderMutations headers = HeaderMutationsDecoder.decode(r);
    Map<String, FilterConfig> perFilter = perFilter(r);
    Metadata metadata = r.message("metadata", Metadata.EMPTY, Shared::metadata);
    RouteAction action = r.build(() -> action(r));
    return new Route(name, r.need("match", match), r.built(action), headers, perFilter, metadata);
  }

  private static RouteAction action(MessageReader r) {
    return switch (r.which("action")) {
      case "route" -> r.need("route", r.message("route", RouteActionDecoder::forward));
      case "redirect" -> r.need("redirect", r.message("redirect", RouteActionDecoder::redirect));
      case "direct_response" ->
          r.need(
              "direct_response", r.message("direct_response", RouteActionDecoder::directResponse));
      default -> throw new Refusal();
    };
  }

  static Map<String, FilterConfig> perFilter(MessageReader r) {
    return r.map("typed_per_filter_config", any -> any.unpack(FilterConfigs.perRoute()));
  }
}
