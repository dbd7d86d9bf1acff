package io.headgate.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Draws what routes do. */
final class RouteActions {
  private static final List<String> CLUSTERS = List.of("a", "b", "c");
  private final Random random;
  private final Draws draws;
  private final int table;

  RouteActions(Random random, int table) {
    this.random = random;
    this.draws = new Draws(random);
    this.table = table;
  }

  void put(Map<String, Object> route) {
    switch (random.nextInt(8)) {
      case 0 -> route.put("redirect", redirect());
      case 1 -> route.put("direct_response", direct());
      default -> route.put("route", forward());
    }
  }

  private Map<String, Object> redirect() {
    Map<String, Object> redirect = new LinkedHashMap<>();
    switch (random.nextInt(4)) {
      case 0 -> redirect.put("https_redirect", random.nextInt(4) != 0);
      case 1 -> redirect.put("scheme_redirect", draws.one(List.of("https", "http", "ftp")));
      default -> {}
    }
    if (random.nextInt(3) == 0) {
      redirect.put("host_redirect", draws.one(List.of("else.example", "else.example:81")));
    }
    if (random.nextInt(3) == 0) {
      redirect.put("port_redirect", draws.one(List.of(80, 443, 8443)));
    }
    switch (random.nextInt(5)) {
      case 0 -> redirect.put("path_redirect", draws.one(List.of("/new", "/new?fixed=1")));
      case 1 -> redirect.put("prefix_rewrite", draws.one(List.of("/new", "/", "/new/")));
      case 2 -> redirect.put("regex_rewrite", regexRewrite());
      default -> {}
    }
    if (random.nextBoolean()) {
      redirect.put(
          "response_code",
          draws.one(
              List.of(
                  "MOVED_PERMANENTLY",
                  "FOUND",
                  "SEE_OTHER",
                  "TEMPORARY_REDIRECT",
                  "PERMANENT_REDIRECT")));
    }
    if (random.nextInt(4) == 0) {
      redirect.put("strip_query", true);
    }
    return redirect;
  }

  private Map<String, Object> direct() {
    Map<String, Object> direct = new LinkedHashMap<>();
    direct.put("status", draws.one(List.of(200, 204, 302, 404, 418, 500, 503)));
    if (random.nextBoolean()) {
      direct.put("body", Map.of("inline_string", draws.one(List.of("short", "and \"stout\"\n"))));
    }
    return direct;
  }

  private Map<String, Object> forward() {
    Map<String, Object> forward = new LinkedHashMap<>();
    clusters(forward);
    switch (random.nextInt(7)) {
      case 0, 1 -> forward.put("prefix_rewrite", draws.one(List.of("/new", "/", "/new/", "new")));
      case 2 -> forward.put("regex_rewrite", regexRewrite());
      default -> {}
    }
    switch (random.nextInt(9)) {
      case 0 -> forward.put("host_rewrite_literal", "rewritten.example");
      case 1 -> forward.put("auto_host_rewrite", random.nextInt(4) != 0);
      case 2 -> forward.put("host_rewrite_header", "x-host");
      case 3 ->
          forward.put(
              "host_rewrite_path_regex",
              Map.of(
                  "pattern", Map.of("regex", "^/([a-z0-9]*).*$"), "substitution", "h\\1.example"));
      default -> {}
    }
    if (random.nextInt(5) == 0) {
      forward.put("append_x_forwarded_host", true);
    }
    if (random.nextInt(4) == 0) {
      forward.put("timeout", draws.one(List.of("5s", "0s", "30s")));
    }
    if (random.nextInt(20) == 0) {
      forward.put("request_mirror_policies", List.of(mirror()));
    }
    if (random.nextInt(8) == 0) {
      forward.put("priority", "HIGH");
    }
    if (random.nextInt(forward.containsKey("auto_host_rewrite") ? 2 : 8) == 0) {
      forward.put("retry_policy", Map.of("retry_on", "5xx", "num_retries", 1));
    }
    if (random.nextInt(10) == 0) {
      forward.put("internal_redirect_policy", internalRedirects());
    }
    return forward;
  }

  private void clusters(Map<String, Object> forward) {
    switch (random.nextInt(10)) {
      case 0 -> forward.put("cluster_header", draws.one(List.of("x-cluster", ":authority")));
      case 1, 2 -> forward.put("weighted_clusters", weighted());
      case 3 -> {
        forward.put("cluster", "missing");
        if (random.nextBoolean()) {
          forward.put(
              "cluster_not_found_response_code",
              draws.one(List.of("SERVICE_UNAVAILABLE", "NOT_FOUND", "INTERNAL_SERVER_ERROR")));
        }
      }
      case 4, 5 -> {
        forward.put("cluster", draws.one(List.of("ring", "maglev")));
        forward.put("hash_policy", hashPolicies());
      }
      default -> forward.put("cluster", draws.one(CLUSTERS));
    }
  }

  /** Nothing is left to chance: one share has all the weight, or a header decides. */
  private Map<String, Object> weighted() {
    Map<String, Object> weighted = new LinkedHashMap<>();
    boolean byHeader = random.nextBoolean();
    int heavy = random.nextInt(3);
    List<Object> clusters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Map<String, Object> share = new LinkedHashMap<>();
      share.put("name", CLUSTERS.get(i));
      share.put("weight", byHeader ? random.nextInt(50) + 1 : i == heavy ? 100 : 0);
      Headers.put(share, draws, "share");
      if (random.nextInt(5) == 0) {
        share.put("host_rewrite_literal", "share.example");
      }
      clusters.add(share);
    }
    weighted.put("clusters", clusters);
    if (byHeader) {
      weighted.put("header_name", "x-draw");
    } else if (random.nextInt(4) == 0) {
      weighted.put("runtime_key_prefix", "split");
    }
    return weighted;
  }

  private List<Object> hashPolicies() {
    List<Object> policies = new ArrayList<>();
    do {
      Map<String, Object> policy = new LinkedHashMap<>();
      switch (random.nextInt(5)) {
        case 0 -> policy.put("connection_properties", Map.of("source_ip", true));
        case 1 -> policy.put("query_parameter", Map.of("name", "q"));
        case 2 -> policy.put("cookie", Map.of("name", "session"));
        case 3 ->
            policy.put("header", Map.of("header_name", "x-a", "regex_rewrite", regexRewrite()));
        default ->
            policy.put("header", Map.of("header_name", draws.one(List.of("x-a", "x-b", ":path"))));
      }
      if (random.nextInt(3) == 0) {
        policy.put("terminal", true);
      }
      policies.add(policy);
    } while (random.nextInt(3) == 0);
    // Always there, so that no choice is left to chance.
    policies.add(Map.of("header", Map.of("header_name", "x-draw")));
    return policies;
  }

  Map<String, Object> mirror() {
    Map<String, Object> mirror = new LinkedHashMap<>();
    mirror.put("cluster", "mirror");
    if (random.nextBoolean()) {
      mirror.put("runtime_fraction", draws.fraction());
    }
    if (random.nextInt(3) == 0) {
      mirror.put("disable_shadow_host_suffix_append", true);
    }
    return mirror;
  }

  private Map<String, Object> internalRedirects() {
    Map<String, Object> policy = new LinkedHashMap<>();
    if (random.nextBoolean()) {
      policy.put("max_internal_redirects", random.nextInt(3));
    }
    if (random.nextBoolean()) {
      policy.put("redirect_response_codes", List.of(302, 303, 307));
    }
    if (random.nextBoolean()) {
      policy.put("allow_cross_scheme_redirect", true);
    }
    if (random.nextBoolean()) {
      policy.put("response_headers_to_copy", List.of("x-origin", "x-b"));
    }
    return policy;
  }

  private Map<String, Object> regexRewrite() {
    return draws.one(
        List.of(
            Map.of("pattern", Map.of("regex", "^/a"), "substitution", "/z"),
            Map.of("pattern", Map.of("regex", "/([^/]+)"), "substitution", "/<\\1>"),
            Map.of("pattern", Map.of("regex", "b*"), "substitution", "-"),
            Map.of("pattern", Map.of("regex", "(/)(a)?(b)?"), "substitution", "\\1\\3\\2"),
            Map.of("pattern", Map.of("regex", "t" + table), "substitution", "\\\\"),
            Map.of("pattern", Map.of("regex", "[0-9]+"), "substitution", "n\\0")));
  }
}
