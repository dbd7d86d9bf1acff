package io.headgate.dataplane.router;

import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.route.InternalRedirects;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Follows a redirect of a backend instead of passing it on: the request begins anew at the
 * redirect's target, and walks through all filters once more.
 *
 * <p>Thread: confined to the loop. Spec: Envoy, {@code InternalRedirectPolicy}.
 */
final class InternalRedirect {
  private static final HeaderName ORIGINAL_URL = HeaderName.of("x-envoy-original-url");
  private static final String SCHEME_END = "://";

  private InternalRedirect() {}

  /** Where a redirect leads. */
  private record Target(String scheme, String authority, String path) {
    /** Reads an absolute address without its fragment; null when it is none. */
    static @Nullable Target of(@Nullable String location) {
      int end = location == null ? -1 : location.indexOf(SCHEME_END);
      if (location == null || end < 0) {
        return null;
      }
      String scheme = location.substring(0, end);
      int fragment = location.indexOf('#');
      String rest =
          location.substring(
              end + SCHEME_END.length(), fragment < 0 ? location.length() : fragment);
      int path = 0;
      while (path < rest.length() && rest.charAt(path) != '/' && rest.charAt(path) != '?') {
        path++;
      }
      boolean known = scheme.equals("http") || scheme.equals("https");
      if (!known || path == 0) {
        return null;
      }
      String tail = rest.substring(path);
      return new Target(scheme, rest.substring(0, path), tail.startsWith("/") ? tail : "/" + tail);
    }
  }

  /**
   * Follows the answer's redirect.
   *
   * @param request complete, its body kept
   * @return false, and nothing has changed, when it is to be passed on
   */
  static boolean follow(
      TerminalStream stream, RequestSide request, ResponseHead answer, InternalRedirects policy) {
    StreamInfo info = stream.info();
    RequestHead head = request.head();
    Target target = Target.of(answer.headers().first(HeaderNames.LOCATION));
    // What came in clear is http here, whatever X-Forwarded-Proto claims.
    String scheme = info.connection.tls() == null ? "http" : head.scheme();
    boolean sameScheme = target != null && target.scheme().equals(scheme);
    if (target == null
        || !request.hasEnded()
        || !request.isWholeBodyKept()
        || info.internalRedirects >= policy.max()
        || !(sameScheme || policy.crossScheme())
        || (policy.targets().safeScheme()
            && scheme.equals("http")
            && target.scheme().equals("https"))) {
      return false;
    }
    RequestHead saved = new RequestHead();
    saved.copyFrom(head);
    boolean toGet =
        answer.status() == 303
            && !head.method().equals(Method.GET)
            && !head.method().equals(Method.HEAD);
    ByteBuf body = toGet ? Unpooled.EMPTY_BUFFER : request.wholeBody();
    StreamRoute from = stream.route();
    try {
      change(head, answer, scheme, target, policy, toGet);
    } catch (HeaderViolation e) {
      head.copyFrom(saved);
      body.release();
      return false;
    }
    info.internalRedirects++;
    if (from != null) {
      info.routesBefore.add(from.name());
    }
    if (stream.restart(route -> allows(policy, info, route), body)) {
      return true;
    }
    info.internalRedirects--;
    if (from != null) {
      info.routesBefore.removeLast();
    }
    head.copyFrom(saved);
    body.release();
    return false;
  }

  private static boolean allows(InternalRedirects policy, StreamInfo info, StreamRoute route) {
    InternalRedirects.Targets targets = policy.targets();
    return !(targets.notBefore() && info.routesBefore.contains(route.name()))
        && (targets.allowed() == null || targets.allowed().contains(route.name()));
  }

  private static void change(
      RequestHead head,
      ResponseHead answer,
      String scheme,
      Target target,
      InternalRedirects policy,
      boolean toGet) {
    String url = scheme + SCHEME_END + head.authority() + head.path();
    head.headers().set(ORIGINAL_URL, url);
    head.scheme(target.scheme());
    head.madeAuthority(target.authority());
    head.path(target.path());
    if (toGet) {
      head.method(Method.GET);
      head.headers().remove(HeaderNames.CONTENT_LENGTH);
      head.headers().remove(HeaderNames.TRANSFER_ENCODING);
    }
    for (String name : policy.headersToCopy()) {
      HeaderName header = HeaderName.of(name);
      String value = answer.headers().joined(header);
      if (value == null) {
        head.headers().remove(header);
      } else {
        head.headers().set(header, value);
      }
    }
  }
}
