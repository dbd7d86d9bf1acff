package io.headgate.fleet.codec.route;

import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.RouteMatch.PathMatch;
import io.headgate.fleet.RouteMatch.ValueMatch;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.HTTPPathMatch;
import io.headgate.proto.config.v1.HTTPRouteMatch;
import io.headgate.proto.config.v1.HTTPValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Route matches between message and record. Spec: Gateway API v1.4, HTTPRouteMatch. */
public final class RouteMatchCodec {
  private enum PathType {
    PathPrefix,
    Exact,
    RegularExpression
  }

  private enum ValueType {
    Exact,
    RegularExpression
  }

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private RouteMatchCodec() {}

  public static RouteMatch read(HTTPRouteMatch message, Scope at) {
    String method = message.getMethod();
    if (!method.isEmpty() && !METHODS.contains(method)) {
      at.wrongField("method", "is not a method", "use one of " + String.join(", ", METHODS));
    } else if (method.equals("CONNECT")) {
      at.wrongField("method", "is known but not implemented", "remove the match");
    }
    return new RouteMatch(
        path(message.getPath(), at.field("path")),
        values(message.getHeadersList(), true, "headers", at),
        values(message.getQueryParamsList(), false, "queryParams", at),
        Rules.orNull(method));
  }

  private static PathMatch path(HTTPPathMatch message, Scope at) {
    String value = message.hasValue() ? message.getValue() : "/";
    PathType type =
        Rules.choice(at.field("type"), message.getType(), PathType.values(), PathType::name, "");
    return switch (type) {
      case PathPrefix -> new PathMatch.Prefix(plain(at.field("value"), value));
      case Exact -> new PathMatch.Exact(plain(at.field("value"), value));
      case RegularExpression -> new PathMatch.Regex(Rules.regex(at.field("value"), value));
    };
  }

  /**
   * Paths are compared after they were normalised, so one that normalising would change never
   * matches.
   */
  static String plain(Scope at, String value) {
    String folded = value.toLowerCase(Locale.ROOT);
    if (!value.startsWith("/")) {
      at.wrong("does not begin with \"/\"", "write it as \"/" + value + "\"");
    } else if (value.length() > 1024) {
      at.wrong("is longer than 1024 characters");
    } else if (value.contains("//")
        || value.contains("/./")
        || value.contains("/../")
        || value.endsWith("/.")
        || value.endsWith("/..")
        || folded.contains("%2f")) {
      at.wrong(
          "is not a normal path and would never match", "write it without //, /./, /../ and %2F");
    } else if (!value.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '#' && c != '?')) {
      at.wrong("holds a character that a path cannot hold", "encode it with %");
    }
    return value;
  }

  public static List<ValueMatch> values(
      List<HTTPValueMatch> messages, boolean header, String field, Scope at) {
    List<ValueMatch> out = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      HTTPValueMatch message = messages.get(i);
      Scope item = at.item(field, i);
      String name = message.getName();
      if (header) {
        name = Rules.headerName(item.field("name"), name);
      } else {
        Rules.required(item.field("name"), name);
      }
      boolean regex =
          Rules.choice(
                  item.field("type"), message.getType(), ValueType.values(), ValueType::name, "")
              == ValueType.RegularExpression;
      if (regex) {
        Rules.regex(item.field("value"), message.getValue());
      } else {
        Rules.required(item.field("value"), message.getValue());
      }
      out.add(new ValueMatch(name, message.getValue(), regex));
    }
    Rules.unique(out.stream().map(ValueMatch::name).toList(), i -> at.item(field, i).field("name"));
    return out;
  }

  public static HTTPRouteMatch write(RouteMatch match) {
    HTTPRouteMatch.Builder out = HTTPRouteMatch.newBuilder();
    PathType type =
        switch (match.path()) {
          case PathMatch.Prefix p -> PathType.PathPrefix;
          case PathMatch.Exact p -> PathType.Exact;
          case PathMatch.Regex p -> PathType.RegularExpression;
          case PathMatch.Rpc p -> throw new IllegalArgumentException("an HTTPRoute has no " + p);
        };
    out.getPathBuilder().setType(type.name()).setValue(match.path().value());
    match.headers().forEach(v -> out.addHeaders(write(v)));
    match.queryParams().forEach(v -> out.addQueryParams(write(v)));
    if (match.method() != null) {
      out.setMethod(match.method());
    }
    return out.build();
  }

  public static HTTPValueMatch write(ValueMatch match) {
    return HTTPValueMatch.newBuilder()
        .setType((match.regex() ? ValueType.RegularExpression : ValueType.Exact).name())
        .setName(match.name())
        .setValue(match.value())
        .build();
  }
}
