package io.headgate.fleet;

import java.util.List;

/**
 * A route whose rules look at requests, one by one. Its rules are those of an HTTPRoute, also for
 * gRPC, whose calls are requests.
 */
public sealed interface RequestRoute extends GatewayRoute permits HttpRoute, GrpcRoute {
  /** In the order of the manifest. */
  List<HttpRoute.Rule> rules();
}
