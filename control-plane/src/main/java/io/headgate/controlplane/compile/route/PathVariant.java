package io.headgate.controlplane.compile.route;

import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpFilter.PathEdit;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.RouteMatch;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.route.RegexRewrite;
import io.headgate.xds.model.route.Rewrite;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path condition and what takes the place of the prefix that it matched.
 *
 * <p>Thread: immutable.
 *
 * @param replacement null when the prefix stays
 */
record PathVariant(PathMatch path, @Nullable String replacement) {
  private static final String WHOLE_PATH = "^/.*$";

  static List<PathVariant> plain(RouteMatch match) {
    return List.of(new PathVariant(Matches.path(match.path()), null));
  }

  /**
   * How a replaced prefix is put so that slashes come out right: xDS replaces text, Gateway API
   * replaces path elements.
   *
   * <p>{@code /a → /} needs two routes, because {@code /a} alone must become {@code /} and {@code
   * /a/b} must become {@code /b}.
   */
  static List<PathVariant> of(RouteMatch match, HttpRoute.Rule rule) {
    if (!(edit(rule) instanceof PathEdit.Prefix(String wanted))
        || !(match.path() instanceof RouteMatch.PathMatch.Prefix matched)) {
      return plain(match);
    }
    String from = Matches.trimmed(matched.value());
    String to = Matches.trimmed(wanted);
    if (from.isEmpty()) {
      return List.of(new PathVariant(new PathMatch.Prefix("/"), to + "/"));
    }
    if (to.isEmpty()) {
      return List.of(
          new PathVariant(new PathMatch.Exact(from), "/"),
          new PathVariant(new PathMatch.Prefix(from + "/"), "/"));
    }
    return List.of(new PathVariant(new PathMatch.PathSeparatedPrefix(from), to));
  }

  /** What a rule does to the path; null for nothing. */
  private static @Nullable PathEdit edit(HttpRoute.Rule rule) {
    for (HttpFilter filter : rule.filters()) {
      switch (filter) {
        case HttpFilter.Rewrite rewrite -> {
          return rewrite.path();
        }
        case HttpFilter.Redirect redirect -> {
          return redirect.path();
        }
        case HttpFilter.RequestHeaders r -> {}
        case HttpFilter.ResponseHeaders r -> {}
        case HttpFilter.Mirror m -> {}
        case HttpFilter.Cors c -> {}
      }
    }
    return null;
  }

  /** How the request line changes on the way to a backend. */
  Rewrite rewrite(HttpRoute.Rule rule, @Nullable String host) {
    Rewrite.HostEdit hostEdit =
        host == null ? new Rewrite.HostEdit.Keep() : new Rewrite.HostEdit.Literal(host);
    Rewrite.PathEdit pathEdit =
        switch (edit(rule)) {
          case null -> new Rewrite.PathEdit.Keep();
          case PathEdit.Full(String path) ->
              new Rewrite.PathEdit.Regex(new RegexRewrite(WHOLE_PATH, path.replace("\\", "\\\\")));
          case PathEdit.Prefix p ->
              replacement == null
                  ? new Rewrite.PathEdit.Keep()
                  : new Rewrite.PathEdit.Prefix(replacement);
        };
    return new Rewrite(pathEdit, hostEdit, false);
  }
}
