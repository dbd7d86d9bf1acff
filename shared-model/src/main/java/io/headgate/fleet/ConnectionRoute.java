package io.headgate.fleet;

import java.util.List;

/**
 * How whole connections find their services, byte by byte. TLSRoute and TCPRoute of Gateway API
 * v1.4.
 *
 * @param kind {@link Kind#TLS_ROUTE} or {@link Kind#TCP_ROUTE}
 * @param hostnames server names; always empty for a TCPRoute
 * @param ruleName empty when none was given
 * @param backends each connection goes to one of them
 */
public record ConnectionRoute(
    ObjectMeta metadata,
    Kind kind,
    List<HttpRoute.ParentRef> parents,
    List<String> hostnames,
    String ruleName,
    List<HttpRoute.BackendRef> backends)
    implements GatewayRoute {
  public ConnectionRoute {
    parents = List.copyOf(parents);
    hostnames = List.copyOf(hostnames);
    backends = List.copyOf(backends);
  }
}
