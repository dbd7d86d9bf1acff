package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.tls.ServerTlsSlot;
import io.headgate.xds.model.FilterChain;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A filter chain with the connections that took it. Its connection manager is swapped in place, so
 * a change of filters or routes reaches the next stream of connections that are open.
 *
 * <p><b>Thread:</b> the config thread writes; loops read, and add and remove their own connections.
 */
final class LiveChain {
  /** The config; replaced by the config thread when only the connection manager changed. */
  volatile FilterChain value;

  final @Nullable ServerTlsSlot tls;
  final Current<HcmGeneration> generation;
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile @Nullable DrainPlan drain;

  LiveChain(FilterChain value, @Nullable ServerTlsSlot tls, Current<HcmGeneration> generation) {
    this.value = value;
    this.tls = tls;
    this.generation = generation;
  }

  /** Whether the next answer on this connection is to say that it is the last. */
  boolean isDraining(ConnectionInfo connection) {
    DrainPlan plan = drain;
    return plan != null && plan.announces(connection, System.nanoTime());
  }

  int open() {
    return connections.size();
  }

  void opened(ServerConnection connection) {
    connections.add(connection);
    DrainPlan plan = drain;
    if (plan != null) {
      plan.schedule(connection); // it was accepted just before the socket closed
    }
  }

  void closed(ServerConnection connection) {
    connections.remove(connection);
  }

  /** Brings all connections to their end, spread over this time. */
  void drain(long nanos) {
    DrainPlan plan = new DrainPlan(System.nanoTime(), nanos);
    drain = plan;
    connections.forEach(plan::schedule);
  }
}
