package io.headgate.fleet;

import java.util.List;

/** A route of any kind: it attaches to gateways and leads to services. */
public sealed interface GatewayRoute extends FleetObject permits RequestRoute, ConnectionRoute {
  /** The gateways that the route attaches to. */
  List<HttpRoute.ParentRef> parents();

  /** Lower case; exact, or {@code *.} and a suffix; empty for every host of the listener. */
  List<String> hostnames();
}
