package io.headgate.controlplane.compile;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.HttpRoute.ParentRef;
import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A route at one listener of a gateway.
 *
 * @param domains what of the listener's hosts the route is for; never empty
 */
record Attachment(HttpRoute route, Gateway.Listener listener, Set<String> domains) {

  /** Where a route attaches at a gateway, and why not when it does not. */
  record Outcome(List<Attachment> attachments, String reason, String message) {}

  static Outcome of(HttpRoute route, Gateway gateway) {
    List<Attachment> attachments = new ArrayList<>();
    String reason = "NoMatchingParent";
    String message = "no listener of the gateway has the name and port that the route asks for";
    for (Gateway.Listener listener : gateway.listeners()) {
      if (route.parents().stream().noneMatch(parent -> refersTo(parent, gateway.key(), listener))) {
        continue;
      }
      if (listener.routesFrom() == Gateway.RoutesFrom.SAME
          && !route.key().namespace().equals(gateway.key().namespace())) {
        reason = "NotAllowedByListeners";
        message = "listener " + listener.name() + " takes routes of its own namespace only";
        continue;
      }
      Set<String> domains = Hostnames.common(listener.hostname(), route.hostnames());
      if (domains.isEmpty()) {
        reason = "NoMatchingListenerHostname";
        message = "no hostname of the route is one of listener " + listener.name();
        continue;
      }
      attachments.add(new Attachment(route, listener, domains));
    }
    return new Outcome(attachments, reason, message);
  }

  private static boolean refersTo(ParentRef parent, ObjectKey gateway, Gateway.Listener listener) {
    return parent.gateway().equals(gateway)
        && (parent.listener() == null || parent.listener().equals(listener.name()))
        && (parent.port() == null || parent.port() == listener.port());
  }
}
