package io.headgate.dataplane.route;

import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Draws tables whose routes are near each other, and requests that are near them. */
record RandomTables(Random random) {
  private static final List<String> DOMAINS =
      List.of(
          "a.example",
          "a.example:80",
          "b.a.example",
          "*.example",
          "*.a.example",
          "*-a.example",
          "shop.*",
          "shop.a.*",
          "*");
  private static final List<String> AUTHORITIES =
      List.of(
          "a.example",
          "A.Example",
          "a.example:80",
          "a.example:8080",
          "b.a.example",
          "c.b.a.example",
          "x-a.example",
          ".example",
          "shop.a.test",
          "shop.",
          "elsewhere");
  private static final List<String> PIECES =
      List.of("a", "b", "A", "B", "/", "/", ";", "ab/", "aB");
  private static final List<String> VALUES = List.of("a", "b", "ab", "BA", "", "xay", "7", "-3");

  private <T> T one(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** A table with so many routes in a virtual host at most. */
  RouteConfiguration table(int routes) {
    List<String> left = new ArrayList<>(DOMAINS);
    List<VirtualHost> hosts = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      List<String> domains = new ArrayList<>();
      for (int d = 1 + random.nextInt(2); d > 0; d--) {
        domains.add(left.remove(random.nextInt(left.size())));
      }
      String name = "h" + i;
      List<Route> own = new ArrayList<>();
      for (int r = random.nextInt(routes + 1); r > 0; r--) {
        own.add(route(name + "-" + own.size()));
      }
      hosts.add(new VirtualHost(name, domains, own, HeaderMutations.NONE, Map.of(), null));
    }
    return new RouteConfiguration(
        "t",
        hosts,
        HeaderMutations.NONE,
        Map.of(),
        new RouteConfiguration.Options(
            false, random.nextBoolean(), random.nextBoolean(), List.of(), 4096),
        List.of());
  }

  private Route route(String name) {
    List<HeaderMatcher> headers = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      headers.add(header());
    }
    List<QueryParameterMatcher> queries = new ArrayList<>();
    if (random.nextInt(6) == 0) {
      queries.add(query());
    }
    RouteMatch match = new RouteMatch(pathMatch(), random.nextInt(4) != 0, headers, queries);
    return new Route(
        name, match, RouteAction.Forward.to(name), HeaderMutations.NONE, Map.of(), Metadata.EMPTY);
  }

  private String path() {
    StringBuilder path = new StringBuilder("/");
    for (int i = random.nextInt(5); i > 0; i--) {
      path.append(one(PIECES));
    }
    return path.toString();
  }

  private PathMatch pathMatch() {
    String text = path();
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new PathMatch.Exact(text);
      case 3, 4 -> new PathMatch.Prefix(random.nextInt(8) == 0 ? "" : text);
      case 5 -> new PathMatch.SafeRegex(text + "[ab]*/?");
      case 6 -> random.nextInt(4) == 0 ? new PathMatch.Connect() : new PathMatch.Prefix(text);
      default -> new PathMatch.PathSeparatedPrefix(text.replaceAll("/+$", "") + "/p");
    };
  }

  private HeaderMatcher header() {
    HeaderMatcher.Condition condition =
        switch (random.nextInt(4)) {
          case 0 -> new HeaderMatcher.Condition.Present(random.nextBoolean());
          case 1 -> new HeaderMatcher.Condition.Range(-3, random.nextInt(9));
          default -> new HeaderMatcher.Condition.Matches(string());
        };
    return new HeaderMatcher(
        one(List.of("x-v", "x-w", ":method", ":path", ":authority")),
        condition,
        random.nextBoolean(),
        random.nextBoolean());
  }

  private QueryParameterMatcher query() {
    return new QueryParameterMatcher(
        one(List.of("q", "r")),
        random.nextBoolean()
            ? new QueryParameterMatcher.Condition.Present(random.nextBoolean())
            : new QueryParameterMatcher.Condition.Matches(string()));
  }

  private StringMatcher string() {
    StringMatcher.Kind kind = one(List.of(StringMatcher.Kind.values()));
    return kind == StringMatcher.Kind.SAFE_REGEX
        ? new StringMatcher(kind, "[ab]+", false)
        : new StringMatcher(kind, one(List.of("a", "B", "ab")), random.nextBoolean());
  }

  /** A request. */
  NaiveTable.Request request() {
    String path = path() + (random.nextInt(4) == 0 ? "/p" : "");
    if (random.nextInt(8) == 0) {
      path = path.toUpperCase(Locale.ROOT);
    }
    String query = one(List.of("", "", "?q=a", "?r=ab&q=B&q=a", "?q", "?", "?qq=a&r"));
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String name : List.of("x-v", "x-w")) {
      List<String> values = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        values.add(one(VALUES));
      }
      if (!values.isEmpty()) {
        headers.put(name, values);
      }
    }
    String method = one(List.of("GET", "GET", "GET", "POST", "CONNECT"));
    boolean connect = method.equals("CONNECT");
    return new NaiveTable.Request(method, one(AUTHORITIES), connect ? "" : path + query, headers);
  }
}
