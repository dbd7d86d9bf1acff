package io.headgate.dataplane.route;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.Rewrite.HostEdit;
import io.headgate.xds.model.route.Rewrite.PathEdit;
import org.jspecify.annotations.Nullable;

/**
 * Changes the path and the authority of a request before it is forwarded.
 *
 * <p>Thread: immutable; called on the stream's event loop.
 */
public final class RequestRewrite {
  private final PathEdit path;
  private final HostEdit host;
  private final boolean appendForwardedHost;
  private final @Nullable String clusterHost;
  private final @Nullable RegexReplacer pathRegex;
  private final @Nullable RegexReplacer hostRegex;
  private final @Nullable HeaderName hostHeader;

  /**
   * Compiles a rewrite.
   *
   * @param clusterHost of a weighted cluster: what the route's own rewrite finds, and nobody is
   *     told of; null for none
   */
  RequestRewrite(Rewrite rewrite, @Nullable String clusterHost) {
    path = rewrite.path();
    host = rewrite.host();
    this.clusterHost = clusterHost;
    appendForwardedHost = rewrite.appendForwardedHost();
    pathRegex = path instanceof PathEdit.Regex regex ? new RegexReplacer(regex.rewrite()) : null;
    hostRegex = host instanceof HostEdit.OfPath regex ? new RegexReplacer(regex.rewrite()) : null;
    hostHeader = host instanceof HostEdit.OfHeader header ? HeaderName.of(header.name()) : null;
  }

  /** Whether the authority becomes the name of the endpoint that is chosen. */
  public boolean takesEndpointsName() {
    return host instanceof HostEdit.OfEndpoint;
  }

  /**
   * Rewrites in place.
   *
   * @param covered how many bytes of the path the route's condition covers
   * @param tell whether the originals are told to the backend
   * @throws io.headgate.dataplane.http.HeaderViolation when something comes out that may not be
   *     sent
   */
  public void apply(RequestHead head, int covered, boolean tell) {
    if (clusterHost != null) {
      head.madeAuthority(clusterHost);
    }
    String newHost = newHost(head);
    if (newHost != null) {
      host(head, newHost, tell);
    }
    String old = head.path();
    String changed = newPath(old, covered);
    if (changed != null) {
      if (tell) {
        head.headers().set(HeaderNames.X_ENVOY_ORIGINAL_PATH, old);
      }
      head.path(changed);
    }
  }

  private @Nullable String newHost(RequestHead head) {
    return switch (host) {
      case HostEdit.Keep _, HostEdit.OfEndpoint _ -> null;
      case HostEdit.Literal literal -> literal.host();
      case HostEdit.OfHeader _ -> {
        String value = hostHeader == null ? null : head.headers().first(hostHeader);
        yield value == null || value.isEmpty() ? null : value;
      }
      case HostEdit.OfPath _ -> hostRegex == null ? null : hostRegex.replaceAll(bare(head.path()));
    };
  }

  private @Nullable String newPath(String old, int covered) {
    return switch (path) {
      case PathEdit.Keep _ -> null;
      case PathEdit.Prefix prefix ->
          prefix.prefix() + old.substring(Math.min(covered, old.length()));
      case PathEdit.Regex _ -> {
        String bare = bare(old);
        yield pathRegex == null ? null : pathRegex.replaceAll(bare) + old.substring(bare.length());
      }
    };
  }

  private static String bare(String path) {
    int question = path.indexOf('?');
    return question < 0 ? path : path.substring(0, question);
  }

  /** Puts another authority in the place of the request's. */
  public void host(RequestHead head, String newHost, boolean tell) {
    String old = head.authority();
    HeaderBlock headers = head.headers();
    if (tell && !old.isEmpty()) {
      headers.set(HeaderNames.X_ENVOY_ORIGINAL_HOST, old);
    }
    if (appendForwardedHost && !old.isEmpty()) {
      String known = headers.joined(HeaderNames.X_FORWARDED_HOST);
      if (known == null || known.isEmpty()) {
        headers.set(HeaderNames.X_FORWARDED_HOST, old);
      } else if (!known.substring(known.lastIndexOf(',') + 1).equals(old)) {
        headers.set(HeaderNames.X_FORWARDED_HOST, known + "," + old);
      }
    }
    head.madeAuthority(newHost);
  }
}
