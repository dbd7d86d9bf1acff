package io.headgate.dataplane.tcpproxy;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Scope;

/** What is counted of a TCP proxy, {@code tcp.<stat_prefix>.*}, under Envoy's names. */
final class TcpMeters {
  final Counter connections;
  final Counter noRoute;
  final Counter bytesReceived;
  final Counter bytesSent;
  final Counter pausedReading;
  final Counter resumedReading;
  final Counter idleTimeouts;
  final Counter maxDuration;
  final Counter flushes;
  final Gauge flushesActive;

  TcpMeters(Scope scope) {
    connections = scope.counter("downstream_cx_total");
    noRoute = scope.counter("downstream_cx_no_route");
    bytesReceived = scope.counter("downstream_cx_rx_bytes_total");
    bytesSent = scope.counter("downstream_cx_tx_bytes_total");
    pausedReading = scope.counter("downstream_flow_control_paused_reading_total");
    resumedReading = scope.counter("downstream_flow_control_resumed_reading_total");
    idleTimeouts = scope.counter("idle_timeout");
    maxDuration = scope.counter("max_downstream_connection_duration");
    flushes = scope.counter("upstream_flush_total");
    flushesActive = scope.gauge("upstream_flush_active");
  }
}
