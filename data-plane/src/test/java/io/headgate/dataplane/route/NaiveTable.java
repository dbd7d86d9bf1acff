package io.headgate.dataplane.route;

import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.VirtualHost;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a route table means, written without any cleverness: every rule is asked in turn. */
record NaiveTable(RouteConfiguration config) {

  /**
   * A request as texts.
   *
   * @param headers all values of a name, in order
   */
  record Request(
      String method, String authority, String target, Map<String, List<String>> headers) {
    String path() {
      return target.split("\\?", 2)[0];
    }

    @Nullable String header(String name) {
      return switch (name) {
        case ":method" -> method;
        case ":path" -> target;
        case ":authority" -> authority;
        default -> {
          List<String> values = headers.get(name);
          yield values == null ? null : String.join(",", values);
        }
      };
    }

    @Nullable String query(String name) {
      String[] parts = target.split("\\?", 2);
      if (parts.length == 1) {
        return null;
      }
      return Arrays.stream(parts[1].split("&", -1))
          .filter(pair -> pair.split("=", 2)[0].equals(name))
          .findFirst()
          .map(pair -> pair.contains("=") ? pair.substring(pair.indexOf('=') + 1) : "")
          .orElse(null);
    }
  }

  /** The name of the route that takes the request, or null. */
  @Nullable String find(Request request) {
    VirtualHost host = host(request.authority());
    if (host == null) {
      return null;
    }
    for (Route route : host.routes()) {
      if (takes(route.match(), request)) {
        return route.name();
      }
    }
    return null;
  }

  private @Nullable VirtualHost host(String authority) {
    String name = authority.toLowerCase(Locale.ROOT);
    if (config.options().ignorePortInHostMatching()) {
      name = name.replaceFirst(":[0-9]*$", "");
    }
    VirtualHost best = null;
    int rank = -1;
    for (VirtualHost host : config.virtualHosts()) {
      for (String domain : host.domains()) {
        int here = rank(domain, name);
        if (here > rank) {
          best = host;
          rank = here;
        }
      }
    }
    return best;
  }

  /** The higher, the better: exact, then suffixes by length, then prefixes by length, then all. */
  private static int rank(String domain, String name) {
    if (domain.equals(name)) {
      return 20_000;
    }
    if (domain.equals("*")) {
      return 0;
    }
    boolean longer = name.length() >= domain.length();
    if (domain.startsWith("*") && longer && name.endsWith(domain.substring(1))) {
      return 10_000 + domain.length();
    }
    boolean prefix =
        domain.endsWith("*") && longer && name.startsWith(domain.substring(0, domain.length() - 1));
    return prefix ? domain.length() : -1;
  }

  private boolean takes(RouteMatch match, Request request) {
    return path(match.path(), match.caseSensitive(), request)
        && match.headers().stream().allMatch(header -> header(header, request))
        && match.queryParameters().stream().allMatch(query -> query(query, request));
  }

  private boolean path(PathMatch path, boolean caseSensitive, Request request) {
    if (request.method().equals("CONNECT")) {
      return path instanceof PathMatch.Connect;
    }
    String whole = request.path();
    if (config.options().ignorePathParameters()) {
      whole = whole.split(";", 2)[0];
    }
    String seen = fold(whole, caseSensitive);
    return switch (path) {
      case PathMatch.Prefix p -> seen.startsWith(fold(p.prefix(), caseSensitive));
      case PathMatch.Exact e -> seen.equals(fold(e.path(), caseSensitive));
      case PathMatch.PathSeparatedPrefix p ->
          (seen + "/").startsWith(fold(p.prefix(), caseSensitive) + "/");
      case PathMatch.SafeRegex r -> whole.matches(r.regex());
      case PathMatch.Connect _ -> false;
    };
  }

  private static String fold(String text, boolean caseSensitive) {
    return caseSensitive ? text : text.toLowerCase(Locale.ROOT);
  }

  private static boolean header(HeaderMatcher header, Request request) {
    String value = request.header(header.name());
    if (value == null && header.treatMissingAsEmpty()) {
      value = "";
    }
    if (header.condition() instanceof HeaderMatcher.Condition.Present present) {
      return ((value != null) == present.present()) != header.invert();
    }
    if (value == null) {
      return false;
    }
    List<String> all = request.headers().getOrDefault(header.name(), List.of(value));
    return all.stream().anyMatch(each -> holds(header.condition(), each)) != header.invert();
  }

  private static boolean holds(HeaderMatcher.Condition condition, String value) {
    return switch (condition) {
      case HeaderMatcher.Condition.Matches(StringMatcher matcher) -> string(matcher, value);
      case HeaderMatcher.Condition.Range(long start, long end) ->
          value.matches("[-+]?[0-9]{1,9}")
              && Integer.parseInt(value) >= start
              && Integer.parseInt(value) < end;
      case HeaderMatcher.Condition.Present _ -> throw new AssertionError("asked elsewhere");
    };
  }

  private static boolean query(QueryParameterMatcher query, Request request) {
    String value = request.query(query.name());
    return switch (query.condition()) {
      case QueryParameterMatcher.Condition.Present(boolean present) -> (value != null) == present;
      case QueryParameterMatcher.Condition.Matches(StringMatcher matcher) ->
          value != null && string(matcher, value);
    };
  }

  private static boolean string(StringMatcher matcher, String value) {
    String text = fold(value, !matcher.ignoreCase());
    String wanted = fold(matcher.value(), !matcher.ignoreCase());
    return switch (matcher.kind()) {
      case EXACT -> text.equals(wanted);
      case PREFIX -> text.startsWith(wanted);
      case SUFFIX -> text.endsWith(wanted);
      case CONTAINS -> text.contains(wanted);
      case SAFE_REGEX -> text.matches(wanted);
    };
  }
}
