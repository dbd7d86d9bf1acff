package io.headgate.dataplane.listener;

import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.hcm.Pressure;
import io.headgate.dataplane.observe.AccessLogs;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.trace.TracerFactory;
import io.headgate.dataplane.tcpproxy.TcpServices;
import io.headgate.dataplane.tls.InlineSecrets;
import io.headgate.dataplane.tls.SecretLookup;
import io.netty.channel.EventLoop;
import java.util.List;

/**
 * What listeners use of the process.
 *
 * @param loops connections are spread over them in turn
 * @param localCluster {@code node.cluster} of the bootstrap
 * @param pressure what shortage asks of connections and streams
 * @param tracers makes what traces requests
 * @param gate bounds the connections of the process
 * @param secrets of TLS contexts
 * @param tcp what TCP proxies use
 */
public record ListenerServices(
    List<EventLoop> loops,
    ServerSockets serverSockets,
    FilterRegistry filters,
    AccessLogs accessLogs,
    Meters meters,
    String localCluster,
    Pressure pressure,
    ConnectionGate gate,
    TracerFactory tracers,
    SecretLookup secrets,
    TcpServices tcp) {
  public ListenerServices {
    loops = List.copyOf(loops);
  }

  /** Services of a process without secrets of its own. */
  public ListenerServices(
      List<EventLoop> loops,
      ServerSockets serverSockets,
      FilterRegistry filters,
      AccessLogs accessLogs,
      Meters meters,
      String localCluster,
      Pressure pressure,
      ConnectionGate gate) {
    this(
        loops,
        serverSockets,
        filters,
        accessLogs,
        meters,
        localCluster,
        pressure,
        gate,
        InlineSecrets.INSTANCE);
  }

  /** Services of a process that traces nothing. */
  public ListenerServices(
      List<EventLoop> loops,
      ServerSockets serverSockets,
      FilterRegistry filters,
      AccessLogs accessLogs,
      Meters meters,
      String localCluster,
      Pressure pressure,
      ConnectionGate gate,
      SecretLookup secrets) {
    this(
        loops,
        serverSockets,
        filters,
        accessLogs,
        meters,
        localCluster,
        pressure,
        gate,
        TracerFactory.NONE,
        secrets,
        TcpServices.NONE);
  }

  /** Services of a process that is never short of anything. */
  public ListenerServices(
      List<EventLoop> loops,
      ServerSockets serverSockets,
      FilterRegistry filters,
      AccessLogs accessLogs,
      Meters meters,
      String localCluster) {
    this(
        loops,
        serverSockets,
        filters,
        accessLogs,
        meters,
        localCluster,
        Pressure.NONE,
        ConnectionGate.OPEN,
        InlineSecrets.INSTANCE);
  }
}
