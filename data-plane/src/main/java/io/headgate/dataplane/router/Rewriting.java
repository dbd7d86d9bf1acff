package io.headgate.dataplane.router;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteTarget;

/** Makes the head that goes upstream out of the client's: edits and rewrites. */
final class Rewriting {

  private Rewriting() {}

  /**
   * Rewrites in place.
   *
   * @param envoyHeaders whether the originals are told to the backend
   * @throws io.headgate.dataplane.http.HeaderViolation when a rewrite makes something that may not
   *     be sent
   */
  static void apply(
      RequestHead head,
      RouteEntry route,
      RouteTarget.Forward forward,
      boolean envoyHeaders,
      StreamInfo info) {
    if (!route.requestEdits().isEmpty()) {
      route.requestEdits().apply(head, null, info);
    }
    String host = forward.hostRewrite();
    if (host != null) {
      keep(envoyHeaders, head, HeaderNames.X_ENVOY_ORIGINAL_HOST, head.authority());
      head.authority(host);
    }
    String prefix = forward.prefixRewrite();
    if (prefix != null) {
      String path = head.path();
      keep(envoyHeaders, head, HeaderNames.X_ENVOY_ORIGINAL_PATH, path);
      head.path(prefix + path.substring(route.covered(head)));
    }
  }

  private static void keep(
      boolean envoyHeaders, RequestHead head, HeaderName name, String original) {
    if (envoyHeaders) {
      head.headers().set(name, original);
    }
  }
}
