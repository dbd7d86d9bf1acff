package io.headgate.routing;

import io.headgate.routing.Table.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Draws route tables: every kind of match, action and change, in any combination. */
final class Tables {
  private static final List<String> PATHS =
      List.of(
          "/",
          "/a",
          "/a/",
          "/a/b",
          "/ab",
          "/A",
          "/b",
          "/a/b/c",
          "/item",
          "/item/7",
          "/old/x",
          "/api/v1",
          "/api",
          "/deep/er/path",
          "/a.b",
          "/p;v=1",
          "/%41",
          "/a%20b");
  private static final List<String> REGEXES =
      List.of(
          "/item/[0-9]+",
          "/a(/.*)?",
          "/(a|b)/[^/]+",
          ".*",
          "/api/v[0-9]+(/.*)?",
          "/[A-Z]+",
          "/old/(.*)",
          "/a+b*",
          "/deep/.*/path");
  private static final List<String> VALUES =
      List.of("green", "red", "Green", "gre", "een", "7", "42", "-3", "", "green,red");

  private final Random random;
  private final Draws draws;

  Tables(Random random) {
    this.random = random;
    this.draws = new Draws(random);
  }

  Table draw(int number) {
    Profile profile = draws.one(List.of(Profile.values()));
    String name = "t" + number + ".example";
    List<String> paths = new ArrayList<>();
    Map<String, Object> host = new LinkedHashMap<>();
    host.put("name", "t" + number);
    host.put("domains", domains(number, name));
    List<Object> routes = new ArrayList<>();
    int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 14 : 5);
    RouteActions actions = new RouteActions(random, number);
    for (int i = 0; i < count; i++) {
      routes.add(route(number, i, paths, actions));
    }
    host.put("routes", routes);
    Headers.put(host, draws, "host");
    if (random.nextInt(12) == 0) {
      host.put("require_tls", draws.one(List.of("ALL", "EXTERNAL_ONLY", "NONE")));
    }
    if (random.nextInt(6) == 0) {
      host.put("include_request_attempt_count", true);
    }
    if (random.nextInt(6) == 0) {
      host.put("include_attempt_count_in_response", true);
    }
    if (random.nextInt(15) == 0) {
      host.put("request_mirror_policies", List.of(actions.mirror()));
    }
    return new Table(
        number, profile, hostOf(number, host), host, paths, JsonText.of(host).contains("mirror"));
  }

  private List<String> domains(int number, String name) {
    return switch (random.nextInt(6)) {
      case 0 -> List.of("*." + name);
      case 1 -> List.of("t" + number + ".*");
      case 2 -> List.of("other" + number + ".example", "*-t" + number + ".example");
      default -> List.of(name, name + ":80");
    };
  }

  private String hostOf(int number, Map<String, Object> host) {
    String first =
        String.valueOf(((List<?>) Objects.requireNonNull(host.get("domains"))).getFirst());
    String text =
        first.startsWith("*")
            ? "some" + first.substring(1)
            : first.endsWith("*") ? first.substring(0, first.length() - 1) + "test" : first;
    return text;
  }

  private Map<String, Object> route(
      int table, int number, List<String> paths, RouteActions actions) {
    Map<String, Object> route = new LinkedHashMap<>();
    String name = "t" + table + "-r" + number;
    if (random.nextInt(8) != 0) {
      route.put("name", name);
    }
    route.put("match", match(paths));
    actions.put(route);
    Headers.put(route, draws, "route");
    Headers.mark(route, name);
    return route;
  }

  private Map<String, Object> match(List<String> paths) {
    Map<String, Object> match = new LinkedHashMap<>();
    String path = draws.one(PATHS);
    switch (random.nextInt(9)) {
      case 0, 1 -> match.put("path", path);
      case 2 -> {
        String regex = draws.one(REGEXES);
        match.put("safe_regex", Map.of("regex", regex));
      }
      case 3, 4 -> {
        String separated = path.equals("/") ? "/a" : path.replaceAll("/+$", "");
        match.put("path_separated_prefix", separated);
      }
      default -> match.put("prefix", random.nextInt(12) == 0 ? "" : path);
    }
    paths.add(path);
    if (random.nextInt(6) == 0) {
      match.put("case_sensitive", random.nextInt(4) == 0);
    }
    List<Object> headers = new ArrayList<>();
    while (random.nextInt(4) == 0) {
      headers.add(header());
    }
    if (!headers.isEmpty()) {
      match.put("headers", headers);
    }
    List<Object> queries = new ArrayList<>();
    while (random.nextInt(6) == 0) {
      queries.add(query());
    }
    if (!queries.isEmpty()) {
      match.put("query_parameters", queries);
    }
    if (random.nextInt(20) == 0) {
      match.put("grpc", Map.of());
    }
    if (random.nextInt(10) == 0) {
      match.put("runtime_fraction", draws.fraction());
    }
    return match;
  }

  private Map<String, Object> header() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("name", draws.one(List.of("x-a", "x-b", "X-A", ":method", ":path", ":authority")));
    switch (random.nextInt(5)) {
      case 0 -> header.put("present_match", random.nextBoolean());
      case 1 -> {
        int start = random.nextInt(40) - 5;
        header.put("range_match", Map.of("start", start, "end", start + random.nextInt(20)));
      }
      case 2 -> {}
      default -> header.put("string_match", string());
    }
    if (random.nextInt(4) == 0) {
      header.put("invert_match", true);
    }
    if (random.nextInt(5) == 0) {
      header.put("treat_missing_header_as_empty", true);
    }
    return header;
  }

  private Map<String, Object> query() {
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("name", draws.one(List.of("q", "r")));
    if (random.nextBoolean()) {
      query.put("string_match", string());
    } else if (random.nextBoolean()) {
      query.put("present_match", random.nextInt(3) != 0);
    }
    return query;
  }

  private Map<String, Object> string() {
    Map<String, Object> match = new LinkedHashMap<>();
    String value = draws.one(VALUES);
    String kind = draws.one(List.of("exact", "prefix", "suffix", "contains", "safe_regex"));
    if (kind.equals("safe_regex")) {
      match.put(kind, Map.of("regex", draws.one(List.of("gr.*", "[0-9]+", ".*", "GET|POST"))));
    } else {
      match.put(kind, value.isEmpty() && !kind.equals("exact") ? "g" : value);
      if (random.nextInt(4) == 0) {
        match.put("ignore_case", true);
      }
    }
    return match;
  }
}
