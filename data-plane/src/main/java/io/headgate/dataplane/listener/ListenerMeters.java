package io.headgate.dataplane.listener;

import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.tls.TlsMeters;
import io.headgate.xds.model.Listener;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The meters of a listener, {@code listener.<address>.*}. */
final class ListenerMeters {
  final Counter connections;
  final Gauge active;
  final Counter destroyed;
  final Counter noChain;

  /** Of handshakes. */
  final TlsMeters tls;

  /** Of the look at first bytes, which all listeners share, as in Envoy. */
  final InspectorMeters inspector;

  /** The meters of the HTTP/2 codec, which all listeners share, as in Envoy. */
  final H2Meters http2;

  final Counter handshakeTimeouts;
  final Counter filterTimeouts;
  final Counter globalOverflow;
  final Counter overloadRejects;
  final Counter addressOverflow;

  private final Map<EventLoop, Counter> byLoop = new IdentityHashMap<>();

  ListenerMeters(Listener listener, List<EventLoop> loops, Meters meters) {
    String name = listener.options().statPrefix();
    if (name.isEmpty()) {
      name = listener.address().toString().replace(':', '_');
    }
    Scope scope = meters.scope("listener", "envoy_listener_address", name);
    for (int i = 0; i < loops.size(); i++) {
      String worker = "worker_" + i + ".downstream_cx_total";
      byLoop.put(
          loops.get(i),
          scope.counter(
              worker, "worker_downstream_cx_total", "envoy_worker_id", Integer.toString(i)));
    }
    connections = scope.counter("downstream_cx_total");
    active = scope.gauge("downstream_cx_active");
    destroyed = scope.counter("downstream_cx_destroy");
    noChain = scope.counter("no_filter_chain_match");
    http2 = new H2Meters(meters.scope("http2"));
    tls = new TlsMeters(scope, true);
    inspector = new InspectorMeters(meters);
    handshakeTimeouts = scope.counter("downstream_cx_transport_socket_connect_timeout");
    filterTimeouts = scope.counter("downstream_pre_cx_timeout");
    globalOverflow = scope.counter("downstream_global_cx_overflow");
    overloadRejects = scope.counter("downstream_cx_overload_reject");
    addressOverflow = scope.own().counter("downstream_cx_address_overflow_total");
  }

  /** Counts a connection that a loop took. */
  void accepted(EventLoop loop) {
    connections.add();
    Counter own = byLoop.get(loop);
    if (own != null) {
      own.add();
    }
  }
}
