package io.headgate.dataplane.hcm;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Histogram;
import io.headgate.dataplane.observe.Scope;

/** The meters of a connection manager, {@code http.<stat_prefix>.*}. */
public final class HcmMeters {
  final Counter connections;
  final Gauge connectionsActive;
  final Counter connectionsDestroyed;
  final Counter connectionsHttp1;
  final Gauge connectionsHttp1Active;
  final Counter connectionIdleTimeouts;
  final Counter connectionDrainCloses;
  final Counter connectionMaxDuration;
  final Counter connectionMaxRequests;
  final Counter protocolErrors;
  final Counter requests;
  final Counter requestsHttp1;
  final Gauge requestsActive;
  final Counter requestsCompleted;
  final Counter requestTimeouts;
  final Counter requestHeaderTimeouts;
  final Counter idleTimeouts;
  final Counter maxDurations;
  final Counter requestResets;
  final Counter tooLarge;
  final Counter normalisationFailures;
  final Histogram time;
  private final Counter[] classes = new Counter[6];

  /** Makes the meters under {@code http.<stat_prefix>}. */
  public HcmMeters(Scope scope) {
    connections = scope.counter("downstream_cx_total");
    connectionsActive = scope.gauge("downstream_cx_active");
    connectionsDestroyed = scope.counter("downstream_cx_destroy");
    connectionsHttp1 = scope.counter("downstream_cx_http1_total");
    connectionsHttp1Active = scope.gauge("downstream_cx_http1_active");
    connectionIdleTimeouts = scope.counter("downstream_cx_idle_timeout");
    connectionDrainCloses = scope.counter("downstream_cx_drain_close");
    connectionMaxDuration = scope.counter("downstream_cx_max_duration_reached");
    connectionMaxRequests = scope.counter("downstream_cx_max_requests_reached");
    protocolErrors = scope.counter("downstream_cx_protocol_error");
    requests = scope.counter("downstream_rq_total");
    requestsHttp1 = scope.counter("downstream_rq_http1_total");
    requestsActive = scope.gauge("downstream_rq_active");
    requestsCompleted = scope.counter("downstream_rq_completed");
    requestTimeouts = scope.counter("downstream_rq_timeout");
    requestHeaderTimeouts = scope.counter("downstream_rq_header_timeout");
    idleTimeouts = scope.counter("downstream_rq_idle_timeout");
    maxDurations = scope.counter("downstream_rq_max_duration_reached");
    requestResets = scope.counter("downstream_rq_rx_reset");
    tooLarge = scope.counter("downstream_rq_too_large");
    normalisationFailures = scope.counter("downstream_rq_failed_path_normalization");
    time = scope.histogram("downstream_rq_time");
    for (int i = 1; i < classes.length; i++) {
      classes[i] =
          scope.counter(
              "downstream_rq_" + i + "xx",
              "downstream_rq_xx",
              "envoy_response_code_class",
              Integer.toString(i));
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
