package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.tls.ServerTls;
import io.headgate.xds.model.FilterChain;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A filter chain with the connections that took it. Its connection manager is swapped in place, so
 * a change of filters or routes reaches the next stream of connections that are open.
 *
 * <p><b>Thread:</b> the config thread writes; loops read, and add and remove their own connections.
 */
final class LiveChain {
  /** How long a connection without streams may still be asked for one once it drains: 1 s. */
  private static final long IDLE_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The config; replaced by the config thread when only the connection manager changed. */
  volatile FilterChain value;

  final @Nullable ServerTls tls;
  final Current<HcmGeneration> generation;
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  LiveChain(FilterChain value, @Nullable ServerTls tls, Current<HcmGeneration> generation) {
    this.value = value;
    this.tls = tls;
    this.generation = generation;
  }

  boolean isDraining() {
    return draining;
  }

  int open() {
    return connections.size();
  }

  void opened(ServerConnection connection) {
    connections.add(connection);
  }

  void closed(ServerConnection connection) {
    connections.remove(connection);
  }

  /**
   * Every answer asks its connection to close; idle ones follow soon, the rest when the time is up.
   */
  void drain(long nanos) {
    draining = true;
    for (ServerConnection connection : connections) {
      var _ =
          connection
              .eventLoop()
              .schedule(
                  connection::drain, Math.min(nanos / 2, IDLE_GRACE_NANOS), TimeUnit.NANOSECONDS);
      var _ = connection.eventLoop().schedule(connection::close, nanos, TimeUnit.NANOSECONDS);
    }
  }
}
