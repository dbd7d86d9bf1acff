package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.lb.XxHash64;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.route.HashPolicy;
import io.headgate.xds.model.route.HashPolicy.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works out the hash of a request by a route's policies, as Envoy does: each policy's hash is mixed
 * into those before it.
 *
 * <p>Thread: immutable; called on the stream's event loop.
 */
public final class RequestHash {
  /** A route without policies. */
  public static final RequestHash NONE = new RequestHash(List.of());

  private final Policy[] policies;

  /** What came out. */
  public static final class Result {
    private boolean found;
    private long hash;
    private final List<String> cookies = new ArrayList<>(1);

    private void add(long next) {
      hash = found ? Long.rotateLeft(hash, 1) ^ next : next;
      found = true;
    }

    /** Whether any policy found something. */
    public boolean isFound() {
      return found;
    }

    /** The hash. */
    public long hash() {
      return hash;
    }

    /** Cookies that the client is to be given, as values of set-cookie. */
    public List<String> cookies() {
      return cookies;
    }
  }

  private record Policy(HashPolicy of, @Nullable HeaderName header, @Nullable RegexReplacer regex) {
    static Policy compile(HashPolicy policy) {
      if (!(policy.source() instanceof Source.Header header)) {
        return new Policy(policy, null, null);
      }
      return new Policy(
          policy,
          HeaderName.of(header.name()),
          header.rewrite() == null ? null : new RegexReplacer(header.rewrite()));
    }
  }

  RequestHash(List<HashPolicy> policies) {
    this.policies = policies.stream().map(Policy::compile).toArray(Policy[]::new);
  }

  /** Whether there is no policy at all. */
  public boolean isEmpty() {
    return policies.length == 0;
  }

  /** Works out the hash of a request. */
  public Result of(RequestHead head, StreamInfo info) {
    Result result = new Result();
    for (Policy policy : policies) {
      switch (policy.of().source()) {
        case Source.Header _ -> addHeader(policy, head, result);
        case Source.Cookie cookie -> addText(cookieText(cookie, head, info, result), result);
        case Source.ClientAddress _ -> addText(bytes(clientHost(info)), result);
        case Source.QueryParameter query -> addText(queryText(query.name(), head), result);
      }
      if (policy.of().terminal() && result.found) {
        break;
      }
    }
    return result;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static void addText(byte @Nullable [] text, Result to) {
    if (text != null) {
      to.add(XxHash64.of(text));
    }
  }

  /**
   * All values, in an order that does not depend on that of the request; the hash of each is the
   * seed of the next.
   */
  private static void addHeader(Policy policy, RequestHead head, Result to) {
    HeaderName name = policy.header();
    if (name == null) {
      return;
    }
    List<String> values = new ArrayList<>(1);
    if (name.isPseudo() || name.equals(HeaderNames.HOST)) {
      String value = head.value(name);
      if (value != null) {
        values.add(value);
      }
    } else {
      values.addAll(head.headers().all(name));
    }
    if (values.isEmpty()) {
      return;
    }
    RegexReplacer regex = policy.regex();
    if (regex != null) {
      values.replaceAll(regex::replaceAll);
    }
    Collections.sort(values);
    long hash = 0;
    for (String value : values) {
      byte[] text = bytes(value);
      hash = XxHash64.of(text, 0, text.length, hash);
    }
    to.add(hash);
  }

  private static byte @Nullable [] cookieText(
      Source.Cookie cookie, RequestHead head, StreamInfo info, Result result) {
    String value = cookieValue(cookie.name(), head.headers());
    if (value != null && !value.isEmpty()) {
      return bytes(value);
    }
    if (cookie.ttl() == null) {
      return null;
    }
    // The same for all streams of a connection, so that those which race agree.
    String made =
        String.format(
            "%016x",
            XxHash64.of(bytes(info.connection.remoteText() + info.connection.localText())));
    result.cookies.add(setCookie(cookie, made));
    return bytes(made);
  }

  private static String setCookie(Source.Cookie cookie, String value) {
    StringBuilder text = new StringBuilder(cookie.name()).append("=\"").append(value).append('"');
    if (cookie.ttl() != null && !cookie.ttl().isZero()) {
      text.append("; Max-Age=").append(cookie.ttl().toSeconds());
    }
    if (!cookie.path().isEmpty()) {
      text.append("; Path=").append(cookie.path());
    }
    cookie
        .attributes()
        .forEach((name, attribute) -> {
          text.append("; ").append(name);
          if (!attribute.isEmpty()) {
            text.append('=').append(attribute);
          }
        });
    return text.append("; HttpOnly").toString();
  }

  private static @Nullable String cookieValue(String name, HeaderBlock headers) {
    for (String line : headers.all(HeaderNames.COOKIE)) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
          String value = pair.substring(equals + 1).strip();
          boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
          return quoted ? value.substring(1, value.length() - 1) : value;
        }
      }
    }
    return null;
  }

  private static byte @Nullable [] queryText(String name, RequestHead head) {
    String path = head.path();
    int question = path.indexOf('?');
    if (question < 0) {
      return null;
    }
    for (String pair : path.substring(question + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        return bytes(equals < 0 ? "" : pair.substring(equals + 1));
      }
    }
    return null;
  }

  private static String clientHost(StreamInfo info) {
    String trusted = info.clientAddress;
    if (trusted == null) {
      return info.connection.remoteHost();
    }
    int colon = trusted.lastIndexOf(':');
    boolean port = colon > 0 && (trusted.startsWith("[") || trusted.indexOf(':') == colon);
    String host = port ? trusted.substring(0, colon) : trusted;
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
