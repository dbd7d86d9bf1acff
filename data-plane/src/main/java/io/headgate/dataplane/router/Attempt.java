package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterMeters;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.health.OutlierResult;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.load.OrcaHeaders;
import io.headgate.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.PoolRequest;
import io.headgate.xds.model.cluster.UpstreamHttp.AutoSni;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One try of a request on one endpoint.
 *
 * <pre>
 *   waiting --onReady--> sending/awaiting head --onHead--> answering --end--> over
 *      +--onUnavailable--> over    +--onReset, cancel--> over   +--> over
 * </pre>
 *
 * <p>Counts itself on the endpoint, the cluster and the breaker from start to end exactly once.
 *
 * <p>Thread: confined to the loop.
 */
final class Attempt extends PoolRequest implements ResponseReceiver {

  private final RouterStream router;
  private final LoopCluster cluster;
  private final Endpoint endpoint;
  private final CircuitBreaker breaker;
  private final boolean isRetry;
  private final long startNanos;
  private @Nullable ClientStream stream;
  private @Nullable TryTimers timers;
  private boolean headReceived;
  private boolean reused;
  private boolean over;
  private boolean tunnel;
  private int lastStatus;

  Attempt(
      RouterStream router,
      LoopCluster cluster,
      Endpoint endpoint,
      CircuitBreaker breaker,
      boolean isRetry,
      long startNanos) {
    this.router = router;
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.breaker = breaker;
    this.isRetry = isRetry;
    this.startNanos = startNanos;
  }

  void start() {
    endpoint.load().begin();
    cluster.acquire(endpoint, this);
  }

  /** The request is complete: the clock to the answer's head runs. */
  void requestEnded() {
    long nanos = router.timeouts().perTryNanos();
    if (nanos > 0 && stream != null && !headReceived && !over) {
      timers().startHead(nanos);
    }
  }

  /** Something of the request was sent. */
  void touch() {
    if (timers != null) {
      timers.touch();
    }
  }

  private TryTimers timers() {
    TryTimers known = timers;
    if (known == null) {
      known = new TryTimers(this, router.deadlines());
      timers = known;
    }
    return known;
  }

  private void startTimers() {
    long idle = router.timeouts().perTryIdleNanos();
    long maxDuration = cluster.options().http().lifetimes().stream().toNanos();
    if (idle > 0 || maxDuration > 0) {
      timers().start(idle, maxDuration);
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The stream to send on; null while there is none. */
  @Nullable ClientStream stream() {
    return over ? null : stream;
  }

  boolean isHeadReceived() {
    return headReceived;
  }

  @Override
  public CircuitBreaker breaker() {
    return breaker;
  }

  @Override
  public Connector.@Nullable ServerName serverName() {
    AutoSni auto = cluster.options().http().autoSni();
    if (!auto.sni() || cluster.options().tls() == null) {
      return null;
    }
    String name = router.serverName(auto.header());
    return name.isEmpty() ? null : new Connector.ServerName(name, auto.sanValidation());
  }

  @Override
  public Connector.@Nullable Preface preface() {
    return preface(cluster, router.clientConnection());
  }

  /**
   * What connections to the cluster begin with when they are made for a client; null for nothing.
   */
  static Connector.@Nullable Preface preface(LoopCluster cluster, ConnectionInfo client) {
    UpstreamProxyProtocol rules = cluster.cluster().config().options().proxyProtocol();
    return rules == null ? null : new Connector.Preface(ProxyHeaderWriter.of(rules, client));
  }

  @Override
  protected void onReady(ClientConnection connection, String localText, boolean isReused) {
    reused = isReused;
    record(OutlierResult.CONNECTED);
    ClientStream opened = connection.newStream(this);
    stream = opened;
    cluster.cluster().meters().requestsTotal.add();
    cluster.cluster().meters().requestsActive.add();
    startTimers();
    router.onStream(this, opened, connection.protocol(), localText);
  }

  @Override
  protected void onUnavailable(ErrorKind kind, String reason) {
    finish(false, 0);
    router.onFailed(this, new Failure(kind, reason, false));
  }

  @Override
  public void onInformational(ResponseHead head) {
    router.onInformational(head);
  }

  @Override
  public void onHead(ResponseHead head, boolean endStream) {
    headReceived = true;
    if (timers != null) {
      timers.headArrived();
    }
    int status = healthStatus(head);
    OutlierDetector outlier = cluster.cluster().outlier();
    if (outlier != null) {
      outlier.answered(endpoint, status);
    }
    cluster.cluster().meters().answered(head.status());
    strip(head.headers());
    long now = router.now();
    lastStatus = status;
    if (endStream) {
      ended(now);
    }
    router.onHead(this, head, endStream, now);
  }

  /** What the answer says of the endpoint: a failed gRPC call has status 200 all the same. */
  private static int healthStatus(ResponseHead head) {
    int grpc = head.status() == 200 ? Grpc.status(head.headers()) : -1;
    return grpc > 0 ? Grpc.toHttp(grpc) : head.status();
  }

  /** The answer accepts a tunnel: the try goes on until {@link #tunnelOver}. */
  void becomesTunnel() {
    tunnel = true;
  }

  /** Both directions of the tunnel have ended. */
  void tunnelOver() {
    ended(router.now());
  }

  @Override
  public void onData(ByteBuf data, boolean endStream) {
    touch();
    if (endStream && !tunnel) {
      ended(router.now());
    }
    router.onData(data, endStream);
  }

  @Override
  public void onTrailers(HeaderBlock trailers) {
    strip(trailers);
    ended(router.now());
    router.onTrailers(trailers);
  }

  private void strip(HeaderBlock fields) {
    if (OrcaHeaders.strip(fields, endpoint.load()) == OrcaHeaders.Found.REFUSED) {
      cluster.cluster().meters().orcaRefused.add();
    }
  }

  private void ended(long now) {
    finish(lastStatus < 500, now - startNanos);
  }

  @Override
  public void onReset(ProxyError error) {
    boolean sent = !error.retriable() && !isStale();
    finish(false, 0);
    record(OutlierResult.RESET);
    ClusterMeters meters = cluster.cluster().meters();
    (error.kind() == ErrorKind.LOCAL_RESET ? meters.resetByUs : meters.resetByUpstream).add();
    if (error.kind() == ErrorKind.UPSTREAM_PROTOCOL_ERROR) {
      meters.protocolErrors.add();
    }
    router.onFailed(this, new Failure(error.kind(), "", sent));
  }

  /**
   * Whether the connection most likely closed for its age while the request was on its way (RFC
   * 9112 §9.3.1): it had served before and not a byte came back. Only an idempotent request may be
   * taken for unsent then.
   */
  private boolean isStale() {
    ClientStream used = stream;
    return reused && used != null && used.bytesReceived() == 0 && router.isIdempotent();
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    router.onUpstreamWritable(this, writable);
  }

  /** A clock of this try ran out. */
  void timedOut(ErrorKind kind) {
    ClusterMeters meters = cluster.cluster().meters();
    switch (kind) {
      case UPSTREAM_IDLE_TIMEOUT -> meters.requestPerTryIdleTimeout.add();
      case UPSTREAM_MAX_DURATION -> meters.requestMaxDuration.add();
      default -> meters.requestPerTryTimeout.add();
    }
    responseTimedOut();
    router.onFailed(this, new Failure(kind, "", true));
  }

  /** Gives the attempt up because the answer did not come in time. */
  void responseTimedOut() {
    if (!headReceived) {
      record(OutlierResult.TIMED_OUT);
    }
    cancel(ErrorKind.UPSTREAM_TIMEOUT);
  }

  /** Gives the attempt up; nothing more is told of it. */
  void cancel(ErrorKind why) {
    ClientStream open = stream;
    boolean wasOver = over;
    if (open == null && !wasOver) {
      cluster.cluster().meters().cancelled.add();
    }
    finish(false, 0);
    stopWaiting();
    if (open != null && (!wasOver || !router.isRequestSent())) {
      if (!wasOver) {
        cluster.cluster().meters().resetByUs.add();
      }
      open.reset(ProxyError.of(why));
    }
  }

  private void record(OutlierResult result) {
    OutlierDetector outlier = cluster.cluster().outlier();
    if (outlier != null) {
      outlier.record(endpoint, result);
    }
  }

  private void finish(boolean success, long nanos) {
    if (over) {
      return;
    }
    over = true;
    if (timers != null) {
      timers.stop();
    }
    endpoint.load().end(success, nanos);
    Cluster owner = cluster.cluster();
    if (nanos > 0) {
      owner.meters().requestTime.record(nanos / 1_000_000);
    }
    ClientStream used = stream;
    if (used != null) {
      owner.meters().bytesReceived.add(used.bytesReceived());
      owner.meters().bytesSent.add(used.bytesSent());
      owner.meters().requestsActive.sub();
      breaker.releaseRequest();
    }
    if (isRetry) {
      breaker.releaseRetry();
      if (success) {
        owner.meters().retrySuccess.add();
      }
    }
  }
}
