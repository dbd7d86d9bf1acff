package io.headgate.dataplane.cluster;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Histogram;
import io.headgate.dataplane.observe.Scope;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of a cluster, under Envoy's names.
 *
 * <p>Thread: any.
 */
public final class ClusterMeters {

  public final Counter requestsTotal;
  public final Gauge requestsActive;
  public final Gauge pendingActive;
  public final Counter pendingOverflow;
  public final Counter requestTimeout;
  public final Counter requestPerTryTimeout;
  public final Counter retry;
  public final Counter retrySuccess;
  public final Counter retryOverflow;
  public final Counter retryLimitExceeded;

  /** Retries that were not made because too much of the request had been sent. */
  public final Counter retryAbandoned;

  /** Redirects of the backend that were followed, and those that were to be and could not. */
  public final Counter internalRedirectSucceeded;

  public final Counter internalRedirectFailed;

  public final Counter resetByUpstream;
  public final Counter resetByUs;
  public final Counter unhealthy;
  public final Histogram requestTime;
  public final Counter connectionsTotal;
  public final Gauge connectionsActive;
  public final Counter connectFail;
  public final Counter connectTimeout;
  public final Counter connectAttemptsExceeded;
  public final Counter connectionsDestroyed;
  public final Counter pendingTotal;
  public final Counter pendingFailureEject;
  public final Counter activeOverflow;
  public final Counter requestPerTryIdleTimeout;
  public final Counter requestMaxDuration;
  public final Counter requestsCompleted;
  public final Counter retryBackOffExponential;
  public final Counter retryBackOffRateLimited;
  public final Counter connectionsHttp1;
  public final Counter connectionsHttp2;
  public final Histogram connectTime;
  public final Histogram connectionLife;
  public final Counter connectionOverflow;
  public final Counter connectionMaxRequests;
  public final Counter connectionMaxDuration;
  public final Counter connectionIdleTimeout;
  public final Counter connectionCloseNotify;
  public final Counter destroyedByUs;
  public final Counter destroyedByPeer;
  public final Counter destroyedWithRequests;
  public final Gauge membershipTotal;

  /** Hosts that discovery calls usable and that are not ejected. */
  public final Gauge membershipHealthy;

  public final Gauge ejectionsActive;
  public final Counter ejectionsEnforced;
  public final Counter orcaRefused;

  /** Requests that were given up while they waited for a connection. */
  public final Counter cancelled;

  public final Histogram requestsPerConnection;
  public final Counter destroyedByUsWithRequests;
  public final Counter destroyedByPeerWithRequests;
  public final Counter protocolErrors;
  public final Counter bytesReceived;
  public final Counter bytesSent;
  public final Counter pausedReading;
  public final Counter resumedReading;
  private final Scope scope;
  private final Counter[] byClass = new Counter[6];

  /**
   * One for each status that was seen; filled in by whoever sees it first. Two who do so at once
   * find the same counter in the registry.
   */
  private final @Nullable Counter[] byCode = new @Nullable Counter[600];

  ClusterMeters(Scope scope) {
    this.scope = scope;
    requestsTotal = scope.counter("upstream_rq_total");
    requestsActive = scope.gauge("upstream_rq_active");
    pendingActive = scope.gauge("upstream_rq_pending_active");
    pendingOverflow = scope.counter("upstream_rq_pending_overflow");
    requestTimeout = scope.counter("upstream_rq_timeout");
    requestPerTryTimeout = scope.counter("upstream_rq_per_try_timeout");
    retry = scope.counter("upstream_rq_retry");
    retrySuccess = scope.counter("upstream_rq_retry_success");
    retryOverflow = scope.counter("upstream_rq_retry_overflow");
    retryLimitExceeded = scope.counter("upstream_rq_retry_limit_exceeded");
    retryAbandoned = scope.counter("retry_or_shadow_abandoned");
    internalRedirectSucceeded = scope.counter("upstream_internal_redirect_succeeded_total");
    internalRedirectFailed = scope.counter("upstream_internal_redirect_failed_total");
    resetByUpstream = scope.counter("upstream_rq_rx_reset");
    resetByUs = scope.counter("upstream_rq_tx_reset");
    unhealthy = scope.counter("upstream_cx_none_healthy");
    requestTime = scope.histogram("upstream_rq_time");
    connectionsTotal = scope.counter("upstream_cx_total");
    connectionsActive = scope.gauge("upstream_cx_active");
    connectFail = scope.counter("upstream_cx_connect_fail");
    connectTimeout = scope.counter("upstream_cx_connect_timeout");
    connectAttemptsExceeded = scope.counter("upstream_cx_connect_attempts_exceeded");
    connectionsDestroyed = scope.counter("upstream_cx_destroy");
    pendingTotal = scope.counter("upstream_rq_pending_total");
    pendingFailureEject = scope.counter("upstream_rq_pending_failure_eject");
    activeOverflow = scope.counter("upstream_rq_active_overflow");
    requestPerTryIdleTimeout = scope.counter("upstream_rq_per_try_idle_timeout");
    requestMaxDuration = scope.counter("upstream_rq_max_duration_reached");
    requestsCompleted = scope.counter("upstream_rq_completed");
    retryBackOffExponential = scope.counter("upstream_rq_retry_backoff_exponential");
    retryBackOffRateLimited = scope.counter("upstream_rq_retry_backoff_ratelimited");
    connectionsHttp1 = scope.counter("upstream_cx_http1_total");
    connectionsHttp2 = scope.counter("upstream_cx_http2_total");
    connectTime = scope.histogram("upstream_cx_connect_ms");
    connectionLife = scope.histogram("upstream_cx_length_ms");
    connectionOverflow = scope.counter("upstream_cx_overflow");
    connectionMaxRequests = scope.counter("upstream_cx_max_requests");
    connectionMaxDuration = scope.counter("upstream_cx_max_duration_reached");
    connectionIdleTimeout = scope.counter("upstream_cx_idle_timeout");
    connectionCloseNotify = scope.counter("upstream_cx_close_notify");
    destroyedByUs = scope.counter("upstream_cx_destroy_local");
    destroyedByPeer = scope.counter("upstream_cx_destroy_remote");
    destroyedWithRequests = scope.counter("upstream_cx_destroy_with_active_rq");
    membershipTotal = scope.gauge("membership_total");
    membershipHealthy = scope.gauge("membership_healthy");
    ejectionsActive = scope.gauge("outlier_detection.ejections_active");
    ejectionsEnforced = scope.counter("outlier_detection.ejections_enforced_total");
    orcaRefused = scope.counter("headgate_orca_refused_total");
    cancelled = scope.counter("upstream_rq_cancelled");
    requestsPerConnection = scope.histogram("upstream_rq_per_cx");
    destroyedByUsWithRequests = scope.counter("upstream_cx_destroy_local_with_active_rq");
    destroyedByPeerWithRequests = scope.counter("upstream_cx_destroy_remote_with_active_rq");
    protocolErrors = scope.counter("upstream_cx_protocol_error");
    bytesReceived = scope.counter("upstream_cx_rx_bytes_total");
    bytesSent = scope.counter("upstream_cx_tx_bytes_total");
    pausedReading = scope.counter("upstream_flow_control_paused_reading_total");
    resumedReading = scope.counter("upstream_flow_control_resumed_reading_total");
    byClass[0] = new Counter();
    for (int i = 1; i < byClass.length; i++) {
      byClass[i] =
          scope.counter(
              "upstream_rq_" + i + "xx",
              "upstream_rq_xx",
              "envoy_response_code_class",
              Integer.toString(i));
    }
  }

  /** Counts an answer by its class and its status. */
  public void answered(int status) {
    requestsCompleted.add();
    int i = status / 100;
    if (i >= 1 && i < byClass.length) {
      byClass[i].add();
      code(status).add();
    }
  }

  private Counter code(int status) {
    Counter known = byCode[status];
    if (known == null) {
      known =
          scope.counter(
              "upstream_rq_" + status,
              "upstream_rq",
              "envoy_response_code",
              Integer.toString(status));
      byCode[status] = known;
    }
    return known;
  }
}
