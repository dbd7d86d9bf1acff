package io.headgate.routing;

import io.headgate.routing.Table.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The bootstrap that both programs start with: all tables, by listener. */
final class BootstrapText {
  private static final String TYPE = "type.googleapis.com/envoy.extensions.filters.";

  private BootstrapText() {}

  /**
   * Writes it.
   *
   * @param ports of the listeners
   * @param admin port of the admin interface
   */
  static String of(List<Table> tables, Map<Profile, Integer> ports, int admin, Origins origins) {
    List<Object> listeners = new ArrayList<>();
    for (Profile profile : Profile.values()) {
      List<Object> hosts = new ArrayList<>();
      tables.stream()
          .filter(table -> table.profile() == profile)
          .forEach(table -> hosts.add(table.virtualHost()));
      listeners.add(listener(profile, ports.getOrDefault(profile, 0), hosts));
    }
    List<Object> clusters = new ArrayList<>();
    for (String single : List.of("a", "b", "c", "mirror")) {
      clusters.add(cluster(single, "ROUND_ROBIN", List.of(single), origins));
    }
    clusters.add(cluster("ring", "RING_HASH", List.of("h1", "h2", "h3"), origins));
    clusters.add(cluster("maglev", "MAGLEV", List.of("h1", "h2", "h3"), origins));
    return JsonText.of(
        Map.of(
            "admin",
            Map.of("address", address(admin)),
            "layered_runtime",
            Map.of("layers", layers()),
            "static_resources",
            Map.of("listeners", listeners, "clusters", clusters)));
  }

  private static List<Object> layers() {
    return List.of(
        Map.of(
            "name",
            "fixed",
            "static_layer",
            Map.of(
                "routing.on",
                100,
                "routing",
                Map.of("off", Map.of("numerator", 0, "denominator", "TEN_THOUSAND")))),
        Map.of("name", "admin", "admin_layer", Map.of()));
  }

  private static Map<String, Object> address(int port) {
    return Map.of("socket_address", Map.of("address", "127.0.0.1", "port_value", port));
  }

  private static Map<String, Object> listener(Profile profile, int port, List<Object> hosts) {
    String name = profile.name().toLowerCase(Locale.ROOT);
    Map<String, Object> routes = new LinkedHashMap<>();
    routes.put("name", name);
    routes.put("virtual_hosts", hosts);
    routes.put("validate_clusters", false);
    Map<String, Object> manager = new LinkedHashMap<>();
    manager.put("@type", TYPE + "network.http_connection_manager.v3.HttpConnectionManager");
    manager.put("stat_prefix", name);
    manager.put("route_config", routes);
    manager.put(
        "http_filters",
        List.of(
            Map.of(
                "name",
                "envoy.filters.http.router",
                "typed_config",
                Map.of("@type", TYPE + "http.router.v3.Router"))));
    shape(profile, routes, manager);
    return Map.of(
        "name",
        name,
        "address",
        address(port),
        "filter_chains",
        List.of(
            Map.of(
                "filters",
                List.of(
                    Map.of(
                        "name",
                        "envoy.filters.network.http_connection_manager",
                        "typed_config",
                        manager)))));
  }

  private static void shape(
      Profile profile, Map<String, Object> routes, Map<String, Object> manager) {
    switch (profile) {
      case PLAIN -> {}
      case SPECIFIC -> {
        routes.put("most_specific_header_mutations_wins", true);
        routes.put("ignore_port_in_host_matching", true);
        routes.put("ignore_path_parameters_in_path_matching", true);
        routes.put("request_headers_to_add", addition("x-a", "table"));
        routes.put("response_headers_to_add", addition("x-b", "table"));
        routes.put("request_headers_to_remove", List.of("x-b"));
      }
      case EDGE -> {
        routes.put("internal_only_headers", List.of("x-secret"));
        routes.put("response_headers_to_add", addition("x-a", "edge"));
        manager.put("use_remote_address", true);
        manager.put("server_name", "edge");
        manager.put("local_reply_config", localReplies());
      }
    }
  }

  private static List<Object> addition(String name, String value) {
    return List.of(
        Map.of(
            "header",
            Map.of("key", name, "value", value),
            "append_action",
            "OVERWRITE_IF_EXISTS_OR_ADD"));
  }

  private static Map<String, Object> localReplies() {
    return Map.of(
        "mappers",
        List.of(
            Map.of(
                "filter",
                Map.of("response_flag_filter", Map.of("flags", List.of("NR"))),
                "status_code",
                410,
                "body",
                Map.of("inline_string", "no such place"),
                "headers_to_add",
                addition("x-mapped", "%REQ(x-a)%")),
            Map.of(
                "filter",
                Map.of(
                    "and_filter",
                    Map.of(
                        "filters",
                        List.of(
                            status("GE", 500),
                            Map.of(
                                "header_filter",
                                Map.of("header", Map.of("name", "x-a", "present_match", true)))))),
                "body_format_override",
                Map.of(
                    "text_format_source",
                    Map.of("inline_string", "<p>%LOCAL_REPLY_BODY% %RESPONSE_CODE%</p>"),
                    "content_type",
                    "text/html")),
            Map.of("filter", status("EQ", 418), "status_code", 200)),
        "body_format",
        Map.of("json_format", Map.of("status", "%RESPONSE_CODE%", "text", "%LOCAL_REPLY_BODY%")));
  }

  private static Map<String, Object> status(String op, int value) {
    return Map.of(
        "status_code_filter",
        Map.of(
            "comparison",
            Map.of(
                "op",
                op,
                "value",
                Map.of("default_value", value, "runtime_key", "replies.status." + value))));
  }

  private static Map<String, Object> cluster(
      String name, String policy, List<String> hosts, Origins origins) {
    List<Object> endpoints = new ArrayList<>();
    for (String host : hosts) {
      endpoints.add(
          Map.of(
              "endpoint",
              Map.of("address", address(origins.port(host)), "hostname", host + ".internal")));
    }
    return Map.of(
        "name",
        name,
        "type",
        "STATIC",
        "connect_timeout",
        "2s",
        "lb_policy",
        policy,
        "load_assignment",
        Map.of("cluster_name", name, "endpoints", List.of(Map.of("lb_endpoints", endpoints))));
  }
}
