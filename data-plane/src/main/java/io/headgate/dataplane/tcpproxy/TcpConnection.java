package io.headgate.dataplane.tcpproxy;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.DownstreamConnection;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that is joined with one to a host.
 *
 * <pre>
 *   connecting --host is there--> joined --both ends said their end, or one closed--> closing --> over
 *      |  +--failed: next host--^                                                        ^
 *      +--no cluster, no host, no room, no attempt left----------------------------------+
 * </pre>
 *
 * <p>The client is not read before the host is there. Thread: confined to the loop.
 */
public final class TcpConnection implements DownstreamConnection, HostConnection.Owner {
  /** There is no request: its parts are empty in access logs. */
  private static final Method NO_METHOD = Method.of("-");

  /** How many of the hosts that failed are passed over as long as there are others. */
  private static final int REMEMBERED = 4;

  private final TcpTemplate template;
  private final StreamInfo info;
  private final LoopDeadlines deadlines;
  private final Side client;
  private final Deadline idle =
      new Deadline() {
        @Override
        protected void onExpired() {
          onIdle();
        }
      };
  private final Deadline oldest =
      new Deadline() {
        @Override
        protected void onExpired() {
          onTooOld();
        }
      };

  private @Nullable LoopCluster cluster;
  private final Endpoint[] tried = new Endpoint[REMEMBERED];
  private @Nullable HostConnection upstream;
  private @Nullable Side host;
  private long lastByteNanos;
  private boolean clientGone;
  private boolean over;
  private boolean closedByUs;
  private boolean bothEnded;
  private boolean flushing;

  private TcpConnection(
      TcpTemplate template, Channel channel, ConnectionInfo info, String filterChainName) {
    this.template = template;
    deadlines = LoopDeadlines.of(channel.eventLoop());
    this.info =
        new StreamInfo(
            info,
            ThreadLocalRandom.current().nextLong(),
            System.currentTimeMillis(),
            deadlines.nanoTime());
    this.info.filterChainName = filterChainName;
    client = new Side(this, true, channel);
    lastByteNanos = this.info.startNanos;
  }

  /** Takes over a connection whose chain is known, at the end of its pipeline. */
  public static TcpConnection open(
      TcpTemplate template, Channel channel, ConnectionInfo info, String filterChainName) {
    TcpConnection connection = new TcpConnection(template, channel, info, filterChainName);
    channel.pipeline().addLast(connection.client);
    return connection;
  }

  /** Begins; may close the connection at once. */
  public void start() {
    template.meters.connections.add();
    long connection = template.config.timeouts().connection().toNanos();
    if (connection > 0) {
      deadlines.arm(oldest, connection);
    }
    String name = template.cluster(ThreadLocalRandom.current());
    info.upstreamCluster = name;
    Cluster found = template.services.clusters().find(name);
    if (found == null) {
      template.meters.noRoute.add();
      info.flag(ResponseFlag.NO_CLUSTER_FOUND);
      finish();
      return;
    }
    cluster = found.onLoop(eventLoop());
    connect(cluster);
  }

  private void connect(LoopCluster to) {
    if (info.attemptCount >= template.config.maxConnectAttempts()) {
      to.cluster().meters().connectAttemptsExceeded.add();
      info.flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      finish();
      return;
    }
    Endpoint endpoint = to.pick(tried, Math.min(info.attemptCount, REMEMBERED), REMEMBERED);
    if (endpoint == null) {
      to.cluster().meters().unhealthy.add();
      info.flag(ResponseFlag.NO_HEALTHY_UPSTREAM);
      finish();
      return;
    }
    tried[info.attemptCount++ % REMEMBERED] = endpoint;
    info.upstreamHost = ConnectionInfo.text(endpoint.address());
    upstream =
        HostConnection.begin(to, endpoint, template.services.connector(), info.connection, this);
    if (upstream == null) {
      info.flag(ResponseFlag.UPSTREAM_OVERFLOW);
      finish();
    }
  }

  @Override
  public void onConnected(Channel channel) {
    Side joined = new Side(this, false, channel);
    host = joined;
    channel.pipeline().addLast(joined);
    info.upstreamLocalAddress = ConnectionInfo.text(channel.localAddress());
    if (over || clientGone || !channel.isActive()) {
      var _ = channel.close();
      if (!channel.isActive()) {
        onClosed(joined);
      }
      return;
    }
    lastByteNanos = deadlines.nanoTime();
    long nanos = template.config.timeouts().idle().toNanos();
    if (nanos > 0) {
      deadlines.arm(idle, nanos);
    }
    client.join(joined);
  }

  @Override
  public void onConnectFailed(boolean timedOut, String reason) {
    upstream = null;
    info.flag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
    info.upstreamTransportFailure = reason.isEmpty() ? null : reason;
    if (!over && !clientGone && cluster != null) {
      connect(cluster);
    }
  }

  // ---- what the sides report

  void passed(boolean fromClient, int bytes) {
    lastByteNanos = deadlines.nanoTime();
    HostConnection open = upstream;
    if (fromClient) {
      info.bytesReceived += bytes;
      template.meters.bytesReceived.add(bytes);
      if (open != null) {
        open.sent(bytes);
      }
    } else {
      info.bytesSent += bytes;
      template.meters.bytesSent.add(bytes);
      if (open != null) {
        open.received(bytes);
      }
    }
  }

  void paused(boolean ofClient, boolean now) {
    if (ofClient) {
      (now ? template.meters.pausedReading : template.meters.resumedReading).add();
    } else if (upstream != null) {
      upstream.paused(now);
    }
  }

  void onClosed(Side side) {
    Side other = host;
    if (side.isOfClient()) {
      clientGone = true;
      if (other != null && other.isFlushing()) {
        flushing = true;
        template.meters.flushes.add();
        template.meters.flushesActive.add();
      }
      if (other == null) {
        over();
      } else {
        closedByUs |= !bothEnded && other.channel().isActive();
        other.closeAfterWrites();
      }
    } else {
      if (upstream != null) {
        upstream.closed(closedByUs);
      }
      if (flushing) {
        flushing = false;
        template.meters.flushesActive.sub();
      }
      client.closeAfterWrites();
    }
    if (clientGone && (other == null || !other.channel().isActive())) {
      over();
    }
  }

  /**
   * Both directions have ended.
   *
   * @param hostLast whether the host's was the last; then it is the one who has closed
   */
  void ended(boolean hostLast) {
    bothEnded = true;
    closedByUs |= !hostLast;
    closeAfterWrites();
  }

  /** Ends both sides; what is written already goes out. */
  private void finish() {
    closedByUs = true;
    closeAfterWrites();
  }

  private void closeAfterWrites() {
    if (host != null) {
      host.closeAfterWrites();
    }
    client.closeAfterWrites();
  }

  private void over() {
    if (over) {
      return;
    }
    over = true;
    deadlines.disarm(idle);
    deadlines.disarm(oldest);
    info.endNanos = deadlines.nanoTime();
    RequestHead none = new RequestHead();
    none.method(NO_METHOD);
    none.scheme("");
    for (AccessLogger log : template.accessLogs) {
      log.log(info, none, null, null);
    }
  }

  // ---- time

  private void onIdle() {
    long limit = template.config.timeouts().idle().toNanos();
    long left = lastByteNanos + limit - deadlines.nanoTime();
    if (left > 0) {
      deadlines.arm(idle, left);
      return;
    }
    template.meters.idleTimeouts.add(); // as in Envoy no flag: that one is for streams
    close();
  }

  private void onTooOld() {
    template.meters.maxDuration.add();
    info.flag(ResponseFlag.DURATION_TIMEOUT);
    close();
  }

  // ---- as the listener sees it

  @Override
  public EventLoop eventLoop() {
    return client.channel().eventLoop();
  }

  @Override
  public ConnectionInfo info() {
    return info.connection;
  }

  /** Bytes have no end that could be announced: the connection lasts as long as the drain does. */
  @Override
  public void drain() {}

  @Override
  public void close() {
    closedByUs = true;
    if (host != null) {
      var _ = host.channel().close();
    }
    var _ = client.channel().close();
  }
}
