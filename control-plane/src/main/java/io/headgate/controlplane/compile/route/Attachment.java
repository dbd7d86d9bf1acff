package io.headgate.controlplane.compile.route;

import io.headgate.controlplane.compile.value.Hostnames;
import io.headgate.controlplane.compile.value.RouteKinds;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayRoute;
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
public record Attachment(GatewayRoute route, Gateway.Listener listener, Set<String> domains) {

  /** Where a route attaches by one of its references, and why not when it does not. */
  public record Outcome(
      ParentRef parent, List<Attachment> attachments, String reason, String message) {}

  public static Outcome of(GatewayRoute route, ParentRef parent, Gateway gateway) {
    List<Attachment> attachments = new ArrayList<>();
    String reason = "NoMatchingParent";
    String message = "no listener of the gateway has the name and port that the route asks for";
    for (Gateway.Listener listener : gateway.listeners()) {
      if (!refersTo(parent, gateway.key(), listener)) {
        continue;
      }
      if (!RouteKinds.taken(listener).contains(route.kind())) {
        reason = "NotAllowedByListeners";
        message = "listener " + listener.name() + " takes no " + route.kind().manifestName();
        continue;
      }
      if (!listener.routes().takes(route.key().namespace(), gateway.key().namespace())) {
        reason = "NotAllowedByListeners";
        message =
            "listener %s takes no routes of namespace %s"
                .formatted(listener.name(), route.key().namespace());
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
    return new Outcome(parent, attachments, reason, message);
  }

  private static boolean refersTo(ParentRef parent, ObjectKey gateway, Gateway.Listener listener) {
    return parent.gateway().equals(gateway)
        && (parent.listener() == null || parent.listener().equals(listener.name()))
        && (parent.port() == null || parent.port() == listener.port());
  }
}
