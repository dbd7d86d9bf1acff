package io.headgate.dataplane.explain;

import com.google.re2j.Pattern;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.route.VirtualHost;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a virtual host is chosen and a route is not: the conditions one by one, in plain order. */
final class WhyRoute {
  private WhyRoute() {}

  /** A virtual host and the domain by which it was found. */
  record Found(VirtualHost host, String domain) {}

  /** Exact, then the longest suffix wildcard, then the longest prefix wildcard, then any. */
  static @Nullable Found virtualHost(RouteConfiguration table, String authority) {
    String name = authority.toLowerCase(Locale.ROOT);
    if (table.options().ignorePortInHostMatching()) {
      name = name.replaceFirst(":[0-9]*$", "");
    }
    Found best = null;
    long bestRank = -1;
    for (VirtualHost host : table.virtualHosts()) {
      for (String domain : host.domains()) {
        long rank = rank(domain, name);
        if (rank > bestRank) {
          bestRank = rank;
          best = new Found(host, domain);
        }
      }
    }
    return best;
  }

  private static long rank(String domain, String name) {
    if (domain.equals("*")) {
      return 0;
    }
    boolean longer = name.length() >= domain.length();
    if (domain.startsWith("*")) {
      return longer && name.endsWith(domain.substring(1)) ? (1L << 20) + domain.length() : -1;
    }
    if (domain.endsWith("*")) {
      String prefix = domain.substring(0, domain.length() - 1);
      return longer && name.startsWith(prefix) ? (1L << 10) + domain.length() : -1;
    }
    return domain.equals(name) ? 1L << 30 : -1;
  }

  /** Why a route does not take the request; empty when its conditions hold. */
  static String not(RouteMatch match, RequestHead head) {
    String whole = head.path();
    int mark = whole.indexOf('?');
    String path = mark < 0 ? whole : whole.substring(0, mark);
    String reason = path(match.path(), match.caseSensitive(), path, head);
    if (!reason.isEmpty()) {
      return reason;
    }
    if (match.grpc() && !Grpc.isGrpc(head.headers())) {
      return "the request is no gRPC call";
    }
    for (HeaderMatcher header : match.headers()) {
      reason = header(header, head);
      if (!reason.isEmpty()) {
        return reason;
      }
    }
    for (QueryParameterMatcher query : match.queryParameters()) {
      reason = query(query, mark < 0 ? "" : whole.substring(mark + 1));
      if (!reason.isEmpty()) {
        return reason;
      }
    }
    return "";
  }

  private static String path(
      PathMatch match, boolean caseSensitive, String path, RequestHead head) {
    boolean connect = head.method().equals(Method.CONNECT);
    if (connect != (match instanceof PathMatch.Connect)) {
      return connect ? "a CONNECT needs a connect_matcher" : "the request is no CONNECT";
    }
    String has = caseSensitive ? path : path.toLowerCase(Locale.ROOT);
    return switch (match) {
      case PathMatch.Connect _ -> "";
      case PathMatch.Prefix(String prefix) ->
          has.startsWith(fold(prefix, caseSensitive)) ? "" : "the path has no prefix " + prefix;
      case PathMatch.Exact(String exact) ->
          has.equals(fold(exact, caseSensitive)) ? "" : "the path is not " + exact;
      case PathMatch.SafeRegex(String regex) ->
          Pattern.matches(regex, path) ? "" : "the path does not match " + regex;
      case PathMatch.PathSeparatedPrefix(String prefix) -> {
        String wanted = fold(prefix, caseSensitive);
        yield has.equals(wanted) || has.startsWith(wanted + "/")
            ? ""
            : "the path is neither " + prefix + " nor below it";
      }
    };
  }

  private static String fold(String text, boolean caseSensitive) {
    return caseSensitive ? text : text.toLowerCase(Locale.ROOT);
  }

  /** The value stays unsaid: it may be a secret. */
  private static String header(HeaderMatcher matcher, RequestHead head) {
    String value = head.value(HeaderName.of(matcher.name()));
    boolean presence = matcher.condition() instanceof HeaderMatcher.Condition.Present;
    String what = "header " + matcher.name();
    if (value == null && !matcher.treatMissingAsEmpty()) {
      boolean wanted =
          matcher.condition() instanceof HeaderMatcher.Condition.Present(boolean present)
              && present;
      return presence && wanted == matcher.invert() ? "" : what + " is missing";
    }
    String text = value == null ? "" : value;
    boolean matched =
        switch (matcher.condition()) {
          case HeaderMatcher.Condition.Present(boolean present) -> present;
          case HeaderMatcher.Condition.Matches(StringMatcher string) -> matches(string, text);
          case HeaderMatcher.Condition.Range(long start, long end) -> inRange(text, start, end);
        };
    return matched != matcher.invert() ? "" : what + " does not match";
  }

  private static boolean inRange(String text, long start, long end) {
    try {
      long number = Long.parseLong(text);
      return number >= start && number < end;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean matches(StringMatcher matcher, String text) {
    boolean fold = matcher.ignoreCase();
    String has = fold ? text.toLowerCase(Locale.ROOT) : text;
    String wanted = fold ? matcher.value().toLowerCase(Locale.ROOT) : matcher.value();
    return switch (matcher.kind()) {
      case EXACT -> has.equals(wanted);
      case PREFIX -> has.startsWith(wanted);
      case SUFFIX -> has.endsWith(wanted);
      case CONTAINS -> has.contains(wanted);
      case SAFE_REGEX -> Pattern.matches(matcher.value(), text);
    };
  }

  private static String query(QueryParameterMatcher matcher, String query) {
    String value = null;
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (value == null && name.equals(matcher.name())) {
        value = equals < 0 ? "" : pair.substring(equals + 1);
      }
    }
    String what = "query parameter " + matcher.name();
    return switch (matcher.condition()) {
      case QueryParameterMatcher.Condition.Present(boolean present) ->
          (value != null) == present ? "" : what + (present ? " is missing" : " is there");
      case QueryParameterMatcher.Condition.Matches(StringMatcher string) ->
          value == null
              ? what + " is missing"
              : matches(string, value) ? "" : what + " does not match";
    };
  }
}
