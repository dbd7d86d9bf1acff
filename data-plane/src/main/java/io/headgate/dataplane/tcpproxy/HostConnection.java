package io.headgate.dataplane.tcpproxy;

import io.headgate.dataplane.cluster.ClusterMeters;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.health.OutlierResult;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.headgate.dataplane.upstream.ChannelConnector;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.netty.channel.Channel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a host, from the attempt to the end, as cluster, host and breaker count it.
 *
 * <pre>
 *   connecting --> open --> over
 *        +------failed------^
 * </pre>
 *
 * <p>Thread: confined to the loop.
 */
final class HostConnection implements Connector.Failure {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Who asked for it. */
  interface Owner {
    /** It is there; the owner puts its handlers on it. */
    void onConnected(Channel channel);

    /** There is none, and all has been counted. */
    void onConnectFailed(boolean timedOut, String reason);
  }

  private final LoopCluster cluster;
  private final Endpoint endpoint;
  private final Owner owner;
  private final long startNanos;
  private long openNanos;
  private boolean open;
  private boolean over;

  private HostConnection(LoopCluster cluster, Endpoint endpoint, Owner owner, long now) {
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.owner = owner;
    this.startNanos = now;
  }

  /**
   * Begins to connect when the cluster and the host have room for it; the owner is told later.
   *
   * @return null when there is no room, which has been counted
   */
  static @Nullable HostConnection begin(
      LoopCluster cluster,
      Endpoint endpoint,
      ChannelConnector connector,
      ConnectionInfo client,
      Owner owner) {
    CircuitBreaker breaker = cluster.cluster().breaker(false);
    boolean hostHasRoom = endpoint.load().connections() < breaker.limits().maxConnectionsPerHost();
    if (!hostHasRoom || !breaker.tryConnection()) {
      cluster.cluster().meters().connectionOverflow.add();
      return null;
    }
    HostConnection begun = new HostConnection(cluster, endpoint, owner, System.nanoTime());
    endpoint.load().connectionOpened();
    endpoint.load().begin();
    UpstreamProxyProtocol proxy = cluster.cluster().config().options().proxyProtocol();
    Connector.Options options =
        cluster
            .options()
            .towards(cluster.serverName(endpoint))
            .after(
                proxy == null ? null : new Connector.Preface(ProxyHeaderWriter.of(proxy, client)));
    Consumer<Channel> opened = begun::onOpen;
    connector.connect(cluster.loop(), endpoint.address(), options, begun, opened);
    return begun;
  }

  private ClusterMeters meters() {
    return cluster.cluster().meters();
  }

  private void record(OutlierResult result) {
    OutlierDetector outlier = cluster.cluster().outlier();
    if (outlier != null) {
      outlier.record(endpoint, result);
    }
  }

  private void onOpen(Channel channel) {
    open = true;
    openNanos = System.nanoTime();
    ClusterMeters meters = meters();
    meters.connectionsTotal.add();
    meters.connectionsActive.add();
    meters.connectTime.record((openNanos - startNanos) / NANOS_PER_MILLI);
    meters.requestsTotal.add();
    meters.requestsActive.add();
    record(OutlierResult.CONNECTED);
    owner.onConnected(channel);
  }

  @Override
  public void onConnectFailed(boolean timedOut, String reason) {
    ClusterMeters meters = meters();
    meters.connectionsTotal.add();
    meters.connectFail.add();
    meters.connectionsDestroyed.add();
    if (timedOut) {
      meters.connectTimeout.add();
      meters.destroyedByUs.add();
    } else {
      meters.destroyedByPeer.add();
    }
    endpoint.load().connectFailed();
    record(timedOut ? OutlierResult.CONNECT_TIMED_OUT : OutlierResult.CONNECT_FAILED);
    release(false);
    owner.onConnectFailed(timedOut, reason);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Counts bytes from the host. */
  void received(int bytes) {
    meters().bytesReceived.add(bytes);
  }

  /** Counts bytes to the host. */
  void sent(int bytes) {
    meters().bytesSent.add(bytes);
  }

  /** Counts a pause of reading from the host, or its end. */
  void paused(boolean now) {
    (now ? meters().pausedReading : meters().resumedReading).add();
  }

  /** It is closed; counts its end, once. */
  void closed(boolean byUs) {
    if (!open || over) {
      return;
    }
    ClusterMeters meters = meters();
    meters.connectionsActive.sub();
    meters.connectionsDestroyed.add();
    (byUs ? meters.destroyedByUs : meters.destroyedByPeer).add();
    meters.connectionLife.record((System.nanoTime() - openNanos) / NANOS_PER_MILLI);
    meters.requestsActive.sub();
    release(true);
  }

  private void release(boolean well) {
    if (!over) {
      over = true;
      endpoint.load().connectionClosed();
      endpoint.load().end(well, 0);
      cluster.cluster().breaker(false).releaseConnection();
    }
  }
}
