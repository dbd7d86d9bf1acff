package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.DownstreamConnection;
import io.headgate.dataplane.tcpproxy.TcpTemplate;
import io.headgate.dataplane.tls.ServerTlsSlot;
import io.headgate.xds.model.FilterChain;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A filter chain with the connections that took it. What its connections carry is swapped in place,
 * so a change of filters or routes reaches the next stream of connections that are open.
 *
 * <p><b>Thread:</b> the config thread writes; loops read, and add and remove their own connections.
 */
final class LiveChain {
  /** The config; replaced by the config thread when connections can go on in it. */
  volatile FilterChain value;

  final @Nullable ServerTlsSlot tls;
  final @Nullable ChainLimit limit;
  final Terminal terminal;
  private final Set<DownstreamConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile @Nullable DrainPlan drain;

  /** What connections carry, by the chain's last network filter. */
  sealed interface Terminal {
    /** Requests; each pins the generation that it began in. */
    record Http(Current<HcmGeneration> generation) implements Terminal {}

    /** Bytes; each connection pins the template that it began with. */
    record Tcp(Current<TcpTemplate> template) implements Terminal {}
  }

  LiveChain(
      FilterChain value,
      @Nullable ServerTlsSlot tls,
      @Nullable ChainLimit limit,
      Terminal terminal) {
    this.value = value;
    this.tls = tls;
    this.limit = limit;
    this.terminal = terminal;
  }

  /** Whether the next answer on this connection is to say that it is the last. */
  boolean isDraining(ConnectionInfo connection) {
    DrainPlan plan = drain;
    return plan != null && plan.announces(connection, System.nanoTime());
  }

  int open() {
    return connections.size();
  }

  void opened(DownstreamConnection connection) {
    connections.add(connection);
    DrainPlan plan = drain;
    if (plan != null) {
      plan.schedule(connection); // it was accepted just before the socket closed
    }
  }

  void closed(DownstreamConnection connection) {
    connections.remove(connection);
  }

  /** Brings all connections to their end, spread over this time. */
  void drain(long nanos) {
    DrainPlan plan = new DrainPlan(System.nanoTime(), nanos);
    drain = plan;
    connections.forEach(plan::schedule);
  }
}
