package io.headgate.dataplane.router;

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
    forward.rewrite().apply(head, route.covered(head), envoyHeaders);
  }
}
