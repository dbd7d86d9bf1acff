package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Histogram;
import io.headgate.dataplane.observe.Scope;

/** The meters of a connection manager, {@code http.<stat_prefix>.*}. */
public final class HcmMeters {
  final RouteMeters routes;
  final Counter connections;
  final Gauge connectionsActive;
  final Counter connectionsDestroyed;
  final Counter connectionIdleTimeouts;
  final Counter connectionDrainCloses;
  final Counter connectionMaxDuration;
  final Counter connectionMaxRequests;
  final Counter delayedCloseTimeouts;
  final Counter overloadKeepaliveOff;
  final Counter overloadCloses;
  final Counter flushTimeouts;
  final Counter tooFast;
  final Counter connectionTooFast;
  final Histogram requestsPerConnection;
  final Counter protocolErrors;
  final Counter requests;
  final Gauge requestsActive;
  final Counter requestsCompleted;
  final Counter requestTimeouts;
  final Counter requestHeaderTimeouts;
  final Counter idleTimeouts;
  final Counter maxDurations;
  final Counter requestResets;
  final Counter upgrades;
  final Gauge upgradesActive;
  final Counter upgradesRefused;
  final Counter tooLarge;
  final Counter normalisationFailures;
  final Histogram time;
  final Counter connectionsTls;
  final Gauge connectionsTlsActive;
  final Histogram connectionTime;
  final Counter destroyedWithRequests;
  final Counter requestResetsByUs;
  final Counter answeredEarly;
  final Counter notRelative;
  final Counter redirectedToNormalised;
  final Counter answersTooLarge;
  final Counter pausedReading;
  final Counter resumedReading;
  private final ByProtocol http1;
  private final ByProtocol http2;
  private final ByProtocol http3;
  private final Counter[] classes = new Counter[6];

  /** The meters of one version of HTTP. */
  record ByProtocol(Counter connections, Gauge connectionsActive, Counter requests) {
    private static ByProtocol of(Scope scope, String name) {
      return new ByProtocol(
          scope.counter("downstream_cx_" + name + "_total"),
          scope.gauge("downstream_cx_" + name + "_active"),
          scope.counter("downstream_rq_" + name + "_total"));
    }
  }

  ByProtocol of(Protocol protocol) {
    return switch (protocol) {
      case HTTP_10, HTTP_11 -> http1;
      case HTTP_2 -> http2;
      case HTTP_3 -> http3;
    };
  }

  /** Makes the meters under {@code http.<stat_prefix>}. */
  public HcmMeters(Scope scope) {
    routes = new RouteMeters(scope.top("headgate"));
    connections = scope.counter("downstream_cx_total");
    connectionsActive = scope.gauge("downstream_cx_active");
    connectionsDestroyed = scope.counter("downstream_cx_destroy");
    http1 = ByProtocol.of(scope, "http1");
    http2 = ByProtocol.of(scope, "http2");
    http3 = ByProtocol.of(scope, "http3");
    connectionIdleTimeouts = scope.counter("downstream_cx_idle_timeout");
    connectionDrainCloses = scope.counter("downstream_cx_drain_close");
    connectionMaxDuration = scope.counter("downstream_cx_max_duration_reached");
    connectionMaxRequests = scope.counter("downstream_cx_max_requests_reached");
    delayedCloseTimeouts = scope.counter("downstream_cx_delayed_close_timeout");
    overloadKeepaliveOff = scope.counter("downstream_cx_overload_disable_keepalive");
    overloadCloses = scope.counter("downstream_rq_overload_close");
    flushTimeouts = scope.top("http2").counter("tx_flush_timeout");
    tooFast = scope.own().counter("downstream_rq_too_fast_total");
    connectionTooFast = scope.own().counter("downstream_cx_too_fast_total");
    requestsPerConnection = scope.own().histogram("requests_per_connection");
    protocolErrors = scope.counter("downstream_cx_protocol_error");
    requests = scope.counter("downstream_rq_total");
    requestsActive = scope.gauge("downstream_rq_active");
    requestsCompleted = scope.counter("downstream_rq_completed");
    requestTimeouts = scope.counter("downstream_rq_timeout");
    requestHeaderTimeouts = scope.counter("downstream_rq_header_timeout");
    idleTimeouts = scope.counter("downstream_rq_idle_timeout");
    maxDurations = scope.counter("downstream_rq_max_duration_reached");
    requestResets = scope.counter("downstream_rq_rx_reset");
    upgrades = scope.counter("downstream_cx_upgrades_total");
    upgradesActive = scope.gauge("downstream_cx_upgrades_active");
    upgradesRefused = scope.counter("downstream_rq_ws_on_non_ws_route");
    tooLarge = scope.counter("downstream_rq_too_large");
    normalisationFailures = scope.counter("downstream_rq_failed_path_normalization");
    time = scope.histogram("downstream_rq_time");
    connectionsTls = scope.counter("downstream_cx_ssl_total");
    connectionsTlsActive = scope.gauge("downstream_cx_ssl_active");
    connectionTime = scope.histogram("downstream_cx_length_ms");
    destroyedWithRequests = scope.counter("downstream_cx_destroy_active_rq");
    requestResetsByUs = scope.counter("downstream_rq_tx_reset");
    answeredEarly = scope.counter("downstream_rq_response_before_rq_complete");
    notRelative = scope.counter("downstream_rq_non_relative_path");
    redirectedToNormalised = scope.counter("downstream_rq_redirected_with_normalized_path");
    answersTooLarge = scope.counter("rs_too_large");
    pausedReading = scope.counter("downstream_flow_control_paused_reading_total");
    resumedReading = scope.counter("downstream_flow_control_resumed_reading_total");
    for (int i = 1; i < classes.length; i++) {
      classes[i] =
          scope.counter(
              "downstream_rq_" + i + "xx",
              "downstream_rq_xx",
              "envoy_response_code_class",
              Integer.toString(i));
    }
  }

  /** Counts a connection that closed because it never began to speak. */
  public void closedIdle() {
    connectionIdleTimeouts.add();
  }

  /** Counts a connection that closed because its first bytes stayed a beginning. */
  public void closedInHead() {
    requestHeaderTimeouts.add();
  }

  /** Counts a request that went no further because of its path. */
  void refused(LocalReply reply) {
    switch (reply.status()) {
      case 301, 307 -> redirectedToNormalised.add();
      case 400 -> normalisationFailures.add();
      case 404 -> notRelative.add();
      default -> {}
    }
  }

  /** Counts an answer by its class; statuses outside 100–599 count nowhere. */
  void answered(int status) {
    int index = status / 100;
    if (index > 0 && index < classes.length) {
      classes[index].add();
      requestsCompleted.add();
    }
  }
}
