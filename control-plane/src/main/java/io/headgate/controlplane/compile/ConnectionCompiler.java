package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.route.Backends;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.xds.model.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the proxy of whole connections that a TLSRoute or TCPRoute asks for.
 *
 * <p>A connection whose share has no service is closed: it goes to a cluster that there never is,
 * as one for which no route is there.
 *
 * <p>Thread: any; stateless.
 */
final class ConnectionCompiler {
  /** Hosts that are tried for a connection. */
  private static final int ATTEMPTS = 3;

  private final Backends backends;

  ConnectionCompiler(Backends backends) {
    this.backends = backends;
  }

  /** The proxy for the connections of a route. */
  TcpProxy of(String listener, ConnectionRoute route) {
    List<TcpProxy.Share> shares = new ArrayList<>();
    for (BackendRef ref : route.backends()) {
      if (ref.weight() > 0) {
        shares.add(new TcpProxy.Share(backends.cluster(route.key(), ref.target()), ref.weight()));
      }
    }
    return shares.isEmpty() ? none(listener) : proxy(listener, shares);
  }

  /** A proxy that closes every connection. */
  static TcpProxy none(String listener) {
    return proxy(listener, List.of(new TcpProxy.Share(XdsNames.unreachable(listener), 1)));
  }

  private static TcpProxy proxy(String listener, List<TcpProxy.Share> shares) {
    return new TcpProxy(
        listener,
        shares,
        new TcpProxy.Timeouts(TcpProxy.DEFAULT_IDLE, Duration.ZERO),
        ATTEMPTS,
        List.of());
  }
}
