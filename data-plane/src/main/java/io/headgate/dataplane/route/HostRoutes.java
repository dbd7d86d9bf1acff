package io.headgate.dataplane.route;

import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.VirtualHost.RequireTls;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one virtual host, and which of its requests must come over TLS.
 *
 * <p>Thread: immutable.
 */
record HostRoutes(RouteIndex routes, RequireTls requireTls, RouteEntry toHttps) {

  /**
   * The entry that takes the request, or null.
   *
   * @param length of the path that routes look at
   */
  @Nullable RouteEntry match(RequestHead head, int length, RandomGenerator random) {
    boolean refused =
        switch (requireTls) {
          case NONE -> false;
          case EXTERNAL_ONLY -> isPlain(head) && !isInternal(head);
          case ALL -> isPlain(head);
        };
    return refused ? toHttps : routes.match(head, length, random);
  }

  private static boolean isPlain(RequestHead head) {
    String protocol = head.headers().joined(HeaderNames.X_FORWARDED_PROTO);
    return !(protocol == null ? head.scheme() : protocol).equals("https");
  }

  private static boolean isInternal(RequestHead head) {
    return "true".equals(head.headers().first(HeaderNames.X_ENVOY_INTERNAL));
  }
}
