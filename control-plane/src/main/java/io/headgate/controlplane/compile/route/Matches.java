package io.headgate.controlplane.compile.route;

import io.headgate.fleet.RouteMatch.ValueMatch;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.match.StringMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the conditions of a fleet route into those of xDS.
 *
 * <p>Thread: any; stateless.
 */
final class Matches {
  private Matches() {}

  static RouteMatch with(io.headgate.fleet.RouteMatch match, PathMatch path) {
    List<HeaderMatcher> headers = new ArrayList<>();
    String method = match.method();
    if (method != null) {
      headers.add(header(":method", StringMatcher.exact(method)));
    }
    headers.addAll(headers(match.headers()));
    List<QueryParameterMatcher> query = new ArrayList<>();
    for (ValueMatch parameter : match.queryParams()) {
      query.add(
          new QueryParameterMatcher(
              parameter.name(), new QueryParameterMatcher.Condition.Matches(text(parameter))));
    }
    boolean grpc = match.path() instanceof io.headgate.fleet.RouteMatch.PathMatch.Rpc;
    return new RouteMatch(path, true, headers, query, grpc, null);
  }

  static PathMatch path(io.headgate.fleet.RouteMatch.PathMatch path) {
    return switch (path) {
      case io.headgate.fleet.RouteMatch.PathMatch.Rpc r -> call(r);
      case io.headgate.fleet.RouteMatch.PathMatch.Exact e -> new PathMatch.Exact(e.value());
      case io.headgate.fleet.RouteMatch.PathMatch.Regex r -> new PathMatch.SafeRegex(r.value());
      case io.headgate.fleet.RouteMatch.PathMatch.Prefix p -> {
        String prefix = trimmed(p.value());
        yield prefix.isEmpty()
            ? new PathMatch.Prefix("/")
            : new PathMatch.PathSeparatedPrefix(prefix);
      }
    };
  }

  private static PathMatch call(io.headgate.fleet.RouteMatch.PathMatch.Rpc rpc) {
    String service = rpc.service();
    String method = rpc.method();
    if (service.isEmpty() && method.isEmpty()) {
      return new PathMatch.Prefix("/");
    }
    if (rpc.regex() || service.isEmpty()) {
      return new PathMatch.SafeRegex("/" + group(service) + "/" + group(method));
    }
    return method.isEmpty()
        ? new PathMatch.Prefix("/" + service + "/")
        : new PathMatch.Exact("/" + service + "/" + method);
  }

  /** Names of gRPC have no character that means something in an expression but the dot. */
  private static String group(String name) {
    return name.isEmpty() ? "[^/]+" : "(?:" + name + ")";
  }

  /** A path without the slash at its end; empty for "/". */
  static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  static List<HeaderMatcher> headers(List<ValueMatch> matches) {
    return matches.stream().map(match -> header(match.name(), text(match))).toList();
  }

  private static HeaderMatcher header(String name, StringMatcher text) {
    return new HeaderMatcher(name, new HeaderMatcher.Condition.Matches(text), false, false);
  }

  private static StringMatcher text(ValueMatch match) {
    return match.regex()
        ? new StringMatcher(StringMatcher.Kind.SAFE_REGEX, match.value(), false)
        : StringMatcher.exact(match.value());
  }
}
