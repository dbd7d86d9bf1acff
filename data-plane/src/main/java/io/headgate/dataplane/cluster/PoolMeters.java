package io.headgate.dataplane.cluster;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.health.OutlierResult;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.upstream.PoolEvents;

/**
 * Counts what happens in a cluster's pools, under Envoy's names, and tells passive health.
 *
 * <p>Thread: any.
 */
final class PoolMeters implements PoolEvents {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Cluster cluster;
  private final ClusterMeters meters;

  PoolMeters(Cluster cluster) {
    this.cluster = cluster;
    meters = cluster.meters();
  }

  @Override
  public void onConnected(Endpoint endpoint, Protocol protocol, long nanos) {
    meters.connectionsTotal.add();
    meters.connectionsActive.add();
    meters.connectTime.record(nanos / NANOS_PER_MILLI);
    switch (protocol) {
      case HTTP_10, HTTP_11 -> meters.connectionsHttp1.add();
      case HTTP_2 -> meters.connectionsHttp2.add();
      case HTTP_3 -> {}
    }
  }

  @Override
  public void onConnectFailed(Endpoint endpoint, boolean timedOut, int failedRequests) {
    meters.connectionsTotal.add();
    meters.connectFail.add();
    meters.pendingFailureEject.add(failedRequests);
    if (timedOut) {
      meters.connectTimeout.add();
    }
    endpoint.load().connectFailed();
    OutlierDetector outlier = cluster.outlier();
    if (outlier != null) {
      outlier.record(
          endpoint, timedOut ? OutlierResult.CONNECT_TIMED_OUT : OutlierResult.CONNECT_FAILED);
    }
  }

  @Override
  public void onRetired(Retirement why) {
    switch (why) {
      case MAX_REQUESTS -> meters.connectionMaxRequests.add();
      case MAX_DURATION -> meters.connectionMaxDuration.add();
      case IDLE -> meters.connectionIdleTimeout.add();
      case PEER -> meters.connectionCloseNotify.add();
      case CHANGED -> {}
    }
  }

  @Override
  public void onClosed(
      Endpoint endpoint, boolean byUs, boolean withRequests, long nanos, int requests) {
    meters.connectionsActive.sub();
    meters.connectionsDestroyed.add();
    (byUs ? meters.destroyedByUs : meters.destroyedByPeer).add();
    if (withRequests) {
      meters.destroyedWithRequests.add();
      (byUs ? meters.destroyedByUsWithRequests : meters.destroyedByPeerWithRequests).add();
    }
    meters.requestsPerConnection.record(requests);
    meters.connectionLife.record(nanos / NANOS_PER_MILLI);
  }

  @Override
  public void onPending(int change) {
    meters.pendingActive.add(change);
    if (change > 0) {
      meters.pendingTotal.add();
    }
  }

  @Override
  public void onOverflow(Limit limit) {
    switch (limit) {
      case CONNECTIONS -> meters.connectionOverflow.add();
      case PENDING_REQUESTS -> meters.pendingOverflow.add();
      case REQUESTS -> meters.activeOverflow.add();
    }
  }
}
