package io.headgate.fleet;

import java.util.List;

/**
 * A route whose rules look at requests, one by one. Its rules are those of an HTTPRoute, also for
 * gRPC, whose calls are requests.
 */
public sealed interface RequestRoute extends FleetObject permits HttpRoute, GrpcRoute {
  /** The gateways that the route attaches to. */
  List<HttpRoute.ParentRef> parents();

  /** Lower case; exact, or {@code *.} and a suffix; empty for every host of the listener. */
  List<String> hostnames();

  /** In the order of the manifest. */
  List<HttpRoute.Rule> rules();
}
