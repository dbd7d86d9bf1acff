package io.headgate.fleet.codec.route;

import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpFilter.Header;
import io.headgate.fleet.HttpFilter.HeaderEdit;
import io.headgate.fleet.HttpFilter.PathEdit;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.RouteMatch.PathMatch;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.HTTPHeader;
import io.headgate.proto.config.v1.HTTPHeaderFilter;
import io.headgate.proto.config.v1.HTTPPathModifier;
import io.headgate.proto.config.v1.HTTPRequestMirrorFilter;
import io.headgate.proto.config.v1.HTTPRequestRedirectFilter;
import io.headgate.proto.config.v1.HTTPRouteFilter;
import io.headgate.proto.config.v1.HTTPURLRewriteFilter;
import io.headgate.proto.config.v1.MirrorFraction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Route filters between message and record. Spec: Gateway API v1.4, HTTPRouteFilter. */
public final class HttpFilterCodec {
  private enum Type {
    RequestHeaderModifier("requestHeaderModifier"),
    ResponseHeaderModifier("responseHeaderModifier"),
    RequestMirror("requestMirror"),
    RequestRedirect("requestRedirect"),
    URLRewrite("urlRewrite"),
    CORS("cors");

    private final String field;

    Type(String field) {
      this.field = field;
    }
  }

  private static final Set<String> KNOWN = Set.of("ExternalAuth", "ExtensionRef");
  private static final Set<Type> OF_RPC =
      EnumSet.of(Type.RequestHeaderModifier, Type.ResponseHeaderModifier, Type.RequestMirror);
  private static final Set<Type> OF_BACKEND =
      EnumSet.of(Type.RequestHeaderModifier, Type.ResponseHeaderModifier);
  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
  // What frames a message or belongs to the connection is the proxy's own to write.
  private static final Set<String> PROXY_HEADERS =
      Set.of(
          "host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer");

  private HttpFilterCodec() {}

  /** The filters of a rule of an HTTPRoute. */
  public static List<HttpFilter> read(
      List<HTTPRouteFilter> messages, List<RouteMatch> matches, ObjectMeta meta, Scope rule) {
    return read(
        messages, EnumSet.allOf(Type.class), new Place(matches, meta, rule), "in an HTTPRoute");
  }

  /** The filters of a rule of a GRPCRoute. */
  static List<HttpFilter> ofRpc(List<HTTPRouteFilter> messages, ObjectMeta meta, Scope rule) {
    return read(messages, OF_RPC, new Place(List.of(), meta, rule), "in a GRPCRoute");
  }

  /** The filters of a backend. */
  static List<HttpFilter> ofBackend(List<HTTPRouteFilter> messages, ObjectMeta meta, Scope ref) {
    return read(messages, OF_BACKEND, new Place(List.of(), meta, ref), "at a backendRef");
  }

  /** Where filters stand. */
  private record Place(List<RouteMatch> matches, ObjectMeta meta, Scope at) {}

  private static List<HttpFilter> read(
      List<HTTPRouteFilter> messages, Set<Type> allowed, Place place, String where) {
    List<HttpFilter> out = new ArrayList<>();
    EnumSet<Type> seen = EnumSet.noneOf(Type.class);
    for (int i = 0; i < messages.size(); i++) {
      Scope at = place.at.item("filters", i);
      Type type = type(messages.get(i), at);
      if (type == null) {
        continue;
      }
      if (!allowed.contains(type)) {
        at.wrongField("type", "is known but not implemented " + where, "put it on the rule");
        continue;
      }
      if (!seen.add(type) && type != Type.RequestMirror) {
        at.wrongField("type", "stands twice in one rule", "put both into one filter");
      } else if (seen.contains(Type.RequestRedirect) && seen.contains(Type.URLRewrite)) {
        at.wrongField("type", "a redirect and a rewrite exclude each other", "remove one");
      }
      out.add(filter(type, messages.get(i), place, at));
    }
    return out;
  }

  private static @Nullable Type type(HTTPRouteFilter message, Scope at) {
    String name = message.getType();
    if (!Rules.required(at.field("type"), name)) {
      return null;
    }
    if (KNOWN.contains(name)) {
      at.wrongField("type", "is known but not implemented", "remove the filter");
      return null;
    }
    for (Type type : Type.values()) {
      if (type.name().equals(name)) {
        for (Type other : Type.values()) {
          if (other != type && present(other, message)) {
            at.wrongField(other.field, "cannot stand beside type " + name, "remove it");
          }
        }
        if (!present(type, message)) {
          at.wrongField(type.field, "is required with type " + name, "");
          return null;
        }
        return type;
      }
    }
    Rules.choice(at.field("type"), name, Type.values(), Type::name, "");
    return null;
  }

  private static boolean present(Type type, HTTPRouteFilter message) {
    return switch (type) {
      case RequestHeaderModifier -> message.hasRequestHeaderModifier();
      case ResponseHeaderModifier -> message.hasResponseHeaderModifier();
      case RequestMirror -> message.hasRequestMirror();
      case RequestRedirect -> message.hasRequestRedirect();
      case URLRewrite -> message.hasUrlRewrite();
      case CORS -> message.hasCors();
    };
  }

  private static HttpFilter filter(Type type, HTTPRouteFilter message, Place place, Scope at) {
    Scope field = at.field(type.field);
    return switch (type) {
      case RequestHeaderModifier ->
          new HttpFilter.RequestHeaders(edit(message.getRequestHeaderModifier(), field));
      case ResponseHeaderModifier ->
          new HttpFilter.ResponseHeaders(edit(message.getResponseHeaderModifier(), field));
      case RequestMirror -> mirror(message.getRequestMirror(), place.meta, field);
      case RequestRedirect -> redirect(message.getRequestRedirect(), place.matches, field);
      case URLRewrite -> rewrite(message.getUrlRewrite(), place.matches, field);
      case CORS -> new HttpFilter.Cors(CorsCodec.read(message.getCors(), field));
    };
  }

  private static HttpFilter mirror(HTTPRequestMirrorFilter message, ObjectMeta meta, Scope at) {
    int numerator = message.hasPercent() ? message.getPercent() : 100;
    int denominator = 100;
    Rules.between(at.field("percent"), numerator, 0, 100);
    if (message.hasFraction()) {
      MirrorFraction fraction = message.getFraction();
      Scope place = at.field("fraction");
      if (message.hasPercent()) {
        place.wrong("cannot stand beside percent", "keep one of them");
      }
      numerator = fraction.getNumerator();
      denominator = fraction.hasDenominator() ? fraction.getDenominator() : 100;
      Rules.between(place.field("denominator"), denominator, 1, Integer.MAX_VALUE);
      Rules.between(place.field("numerator"), numerator, 0, Math.max(0, denominator));
    }
    if (numerator == denominator) {
      numerator = 100;
      denominator = 100;
    }
    return new HttpFilter.Mirror(
        BackendCodec.read(message.getBackendRef(), meta, at.field("backendRef")),
        numerator,
        denominator);
  }

  private static HeaderEdit edit(HTTPHeaderFilter message, Scope at) {
    List<String> remove = new ArrayList<>();
    for (int i = 0; i < message.getRemoveCount(); i++) {
      remove.add(name(at.item("remove", i), message.getRemove(i)));
    }
    HeaderEdit edit =
        new HeaderEdit(
            headers(message.getSetList(), "set", at),
            headers(message.getAddList(), "add", at),
            remove);
    if (edit.set().isEmpty() && edit.add().isEmpty() && remove.isEmpty()) {
      at.wrong("changes nothing", "give set, add or remove");
    }
    return edit;
  }

  public static List<Header> headers(List<HTTPHeader> messages, String field, Scope at) {
    List<Header> out = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Scope item = at.item(field, i);
      out.add(
          new Header(
              name(item.field("name"), messages.get(i).getName()),
              Rules.headerValue(item.field("value"), messages.get(i).getValue())));
    }
    Rules.unique(out.stream().map(Header::name).toList(), i -> at.item(field, i).field("name"));
    return out;
  }

  public static String name(Scope at, String value) {
    String name = Rules.headerName(at, value);
    if (PROXY_HEADERS.contains(name)) {
      at.wrong(
          "cannot be changed by a filter",
          name.equals("host") ? "use URLRewrite with hostname" : "remove it");
    }
    return name;
  }

  private static HttpFilter redirect(
      HTTPRequestRedirectFilter message, List<RouteMatch> matches, Scope at) {
    String scheme = message.getScheme();
    if (!scheme.isEmpty() && !scheme.equals("http") && !scheme.equals("https")) {
      at.wrongField("scheme", "is not known", "use http or https");
    }
    int status = message.hasStatusCode() ? message.getStatusCode() : 302;
    if (!REDIRECTS.contains(status)) {
      at.wrongField("statusCode", "is not a redirect", "use one of " + REDIRECTS);
    }
    return new HttpFilter.Redirect(
        Rules.orNull(scheme),
        hostname(message.getHostname(), at),
        message.hasPath() ? path(message.getPath(), matches, at.field("path")) : null,
        message.hasPort() ? (Integer) Rules.port(at.field("port"), true, message.getPort()) : null,
        status);
  }

  private static HttpFilter rewrite(
      HTTPURLRewriteFilter message, List<RouteMatch> matches, Scope at) {
    if (!message.hasPath() && message.getHostname().isEmpty()) {
      at.wrong("changes nothing", "give hostname or path");
    }
    return new HttpFilter.Rewrite(
        hostname(message.getHostname(), at),
        message.hasPath() ? path(message.getPath(), matches, at.field("path")) : null);
  }

  private static @Nullable String hostname(String value, Scope at) {
    return value.isEmpty() ? null : Rules.hostname(at.field("hostname"), value, false);
  }

  private static PathEdit path(HTTPPathModifier message, List<RouteMatch> matches, Scope at) {
    boolean full = message.getType().equals("ReplaceFullPath");
    if (!full && !message.getType().equals("ReplacePrefixMatch")) {
      at.wrongField(
          "type",
          message.getType().isEmpty() ? "is required" : "is not known",
          "use ReplaceFullPath or ReplacePrefixMatch");
    }
    String wanted = full ? "replaceFullPath" : "replacePrefixMatch";
    String other = full ? "replacePrefixMatch" : "replaceFullPath";
    if (full ? message.hasReplacePrefixMatch() : message.hasReplaceFullPath()) {
      at.wrongField(other, "cannot stand beside type " + message.getType(), "remove it");
    }
    if (full ? !message.hasReplaceFullPath() : !message.hasReplacePrefixMatch()) {
      at.wrongField(wanted, "is required with this type", "");
      return new PathEdit.Full("/");
    }
    if (full) {
      return new PathEdit.Full(
          RouteMatchCodec.plain(at.field(wanted), message.getReplaceFullPath()));
    }
    if (matches.size() != 1 || !(matches.get(0).path() instanceof PathMatch.Prefix)) {
      at.wrongField(
          "type", "needs exactly one match, of type PathPrefix, in its rule", "split the rule");
    }
    String prefix = message.getReplacePrefixMatch();
    return new PathEdit.Prefix(
        prefix.isEmpty() ? "/" : RouteMatchCodec.plain(at.field(wanted), prefix));
  }

  public static HTTPRouteFilter write(HttpFilter filter) {
    HTTPRouteFilter.Builder out = HTTPRouteFilter.newBuilder();
    switch (filter) {
      case HttpFilter.RequestHeaders f ->
          out.setType(Type.RequestHeaderModifier.name()).setRequestHeaderModifier(write(f.edit()));
      case HttpFilter.ResponseHeaders f ->
          out.setType(Type.ResponseHeaderModifier.name())
              .setResponseHeaderModifier(write(f.edit()));
      case HttpFilter.Redirect f ->
          out.setType(Type.RequestRedirect.name()).setRequestRedirect(write(f));
      case HttpFilter.Rewrite f -> {
        HTTPURLRewriteFilter.Builder rewrite = HTTPURLRewriteFilter.newBuilder();
        if (f.hostname() != null) {
          rewrite.setHostname(f.hostname());
        }
        if (f.path() != null) {
          rewrite.setPath(write(f.path()));
        }
        out.setType(Type.URLRewrite.name()).setUrlRewrite(rewrite);
      }
      case HttpFilter.Mirror f -> {
        HTTPRequestMirrorFilter.Builder mirror =
            HTTPRequestMirrorFilter.newBuilder().setBackendRef(BackendCodec.write(f.backend()));
        if (f.numerator() != f.denominator()) {
          mirror.getFractionBuilder().setNumerator(f.numerator()).setDenominator(f.denominator());
        }
        out.setType(Type.RequestMirror.name()).setRequestMirror(mirror);
      }
      case HttpFilter.Cors f -> out.setType(Type.CORS.name()).setCors(CorsCodec.write(f.rules()));
    }
    return out.build();
  }

  private static HTTPHeaderFilter write(HeaderEdit edit) {
    HTTPHeaderFilter.Builder out = HTTPHeaderFilter.newBuilder().addAllRemove(edit.remove());
    edit.set().forEach(h -> out.addSetBuilder().setName(h.name()).setValue(h.value()));
    edit.add().forEach(h -> out.addAddBuilder().setName(h.name()).setValue(h.value()));
    return out.build();
  }

  private static HTTPRequestRedirectFilter write(HttpFilter.Redirect redirect) {
    HTTPRequestRedirectFilter.Builder out =
        HTTPRequestRedirectFilter.newBuilder().setStatusCode(redirect.status());
    if (redirect.scheme() != null) {
      out.setScheme(redirect.scheme());
    }
    if (redirect.hostname() != null) {
      out.setHostname(redirect.hostname());
    }
    if (redirect.path() != null) {
      out.setPath(write(redirect.path()));
    }
    if (redirect.port() != null) {
      out.setPort(redirect.port());
    }
    return out.build();
  }

  private static HTTPPathModifier write(PathEdit edit) {
    return switch (edit) {
      case PathEdit.Full f ->
          HTTPPathModifier.newBuilder()
              .setType("ReplaceFullPath")
              .setReplaceFullPath(f.value())
              .build();
      case PathEdit.Prefix p ->
          HTTPPathModifier.newBuilder()
              .setType("ReplacePrefixMatch")
              .setReplacePrefixMatch(p.value())
              .build();
    };
  }
}
