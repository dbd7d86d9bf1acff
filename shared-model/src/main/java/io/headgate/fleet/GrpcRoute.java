package io.headgate.fleet;

import java.util.List;

/**
 * How gRPC calls to some hosts find their services. GRPCRoute of Gateway API v1.4.
 *
 * @param rules their matches compare paths by {@link RouteMatch.PathMatch.Rpc} alone
 */
public record GrpcRoute(
    ObjectMeta metadata,
    List<HttpRoute.ParentRef> parents,
    List<String> hostnames,
    List<HttpRoute.Rule> rules)
    implements RequestRoute {

  public GrpcRoute {
    parents = List.copyOf(parents);
    hostnames = List.copyOf(hostnames);
    rules = List.copyOf(rules);
  }

  @Override
  public Kind kind() {
    return Kind.GRPC_ROUTE;
  }
}
