package io.headgate.fleet.codec;

import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpFilter.Header;
import io.headgate.fleet.HttpFilter.HeaderEdit;
import io.headgate.fleet.HttpFilter.PathEdit;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.RouteMatch.PathMatch;
import io.headgate.proto.config.v1.HTTPHeader;
import io.headgate.proto.config.v1.HTTPHeaderFilter;
import io.headgate.proto.config.v1.HTTPPathModifier;
import io.headgate.proto.config.v1.HTTPRequestRedirectFilter;
import io.headgate.proto.config.v1.HTTPRouteFilter;
import io.headgate.proto.config.v1.HTTPURLRewriteFilter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Route filters between message and record. Spec: Gateway API v1.4, HTTPRouteFilter. */
final class HttpFilterCodec {
  private enum Type {
    RequestHeaderModifier("requestHeaderModifier"),
    ResponseHeaderModifier("responseHeaderModifier"),
    RequestRedirect("requestRedirect"),
    URLRewrite("urlRewrite");

    private final String field;

    Type(String field) {
      this.field = field;
    }
  }

  private static final Set<String> KNOWN =
      Set.of("RequestMirror", "CORS", "ExternalAuth", "ExtensionRef");
  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
  // What frames a message or belongs to the connection is the proxy's own to write.
  private static final Set<String> PROXY_HEADERS =
      Set.of(
          "host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer");

  private HttpFilterCodec() {}

  static List<HttpFilter> read(
      List<HTTPRouteFilter> messages, List<RouteMatch> matches, Scope rule) {
    List<HttpFilter> out = new ArrayList<>();
    EnumSet<Type> seen = EnumSet.noneOf(Type.class);
    for (int i = 0; i < messages.size(); i++) {
      Scope at = rule.item("filters", i);
      Type type = type(messages.get(i), at);
      if (type == null) {
        continue;
      }
      if (!seen.add(type)) {
        at.wrongField("type", "stands twice in one rule", "put both into one filter");
      } else if (seen.contains(Type.RequestRedirect) && seen.contains(Type.URLRewrite)) {
        at.wrongField("type", "a redirect and a rewrite exclude each other", "remove one");
      }
      out.add(filter(type, messages.get(i), matches, at));
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
      case RequestRedirect -> message.hasRequestRedirect();
      case URLRewrite -> message.hasUrlRewrite();
    };
  }

  private static HttpFilter filter(
      Type type, HTTPRouteFilter message, List<RouteMatch> matches, Scope at) {
    Scope field = at.field(type.field);
    return switch (type) {
      case RequestHeaderModifier ->
          new HttpFilter.RequestHeaders(edit(message.getRequestHeaderModifier(), field));
      case ResponseHeaderModifier ->
          new HttpFilter.ResponseHeaders(edit(message.getResponseHeaderModifier(), field));
      case RequestRedirect -> redirect(message.getRequestRedirect(), matches, field);
      case URLRewrite -> rewrite(message.getUrlRewrite(), matches, field);
    };
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

  private static List<Header> headers(List<HTTPHeader> messages, String field, Scope at) {
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

  private static String name(Scope at, String value) {
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
    String prefix = null;
    if (message.hasPath()) {
      switch (path(message.getPath(), matches, at.field("path"))) {
        case PathEdit.Prefix p -> prefix = p.value();
        case PathEdit.Full f ->
            at.field("path")
                .wrongField(
                    "type",
                    "is known but not implemented in a URLRewrite",
                    "use ReplacePrefixMatch");
      }
    } else if (message.getHostname().isEmpty()) {
      at.wrong("changes nothing", "give hostname or path");
    }
    return new HttpFilter.Rewrite(hostname(message.getHostname(), at), prefix);
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

  static HTTPRouteFilter write(HttpFilter filter) {
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
        if (f.prefix() != null) {
          rewrite.setPath(write(new PathEdit.Prefix(f.prefix())));
        }
        out.setType(Type.URLRewrite.name()).setUrlRewrite(rewrite);
      }
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
