package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.health.OutlierResult;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.load.OrcaHeaders;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.dataplane.upstream.PoolRequest;
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
  private @Nullable PerTry perTry;
  private @Nullable LoopDeadlines deadlines;
  private boolean headReceived;
  private boolean reused;
  private boolean over;
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
    cluster.cluster().meters().requestsTotal.add();
    cluster.cluster().meters().requestsActive.add();
    cluster.acquire(endpoint, this);
  }

  /** Starts the clock of this try; once. */
  void startPerTry(LoopDeadlines wheel, long nanos) {
    if (perTry == null && !over) {
      PerTry started = new PerTry(this);
      perTry = started;
      deadlines = wheel;
      wheel.arm(started, nanos);
    }
  }

  /** The time that one try may take to the answer's head. */
  private static final class PerTry extends Deadline {
    private final Attempt attempt;

    PerTry(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    protected void onExpired() {
      attempt.perTryTimedOut();
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
  protected void onReady(ClientConnection connection, String localText, boolean isReused) {
    reused = isReused;
    record(OutlierResult.CONNECTED);
    ClientStream opened = connection.newStream(this);
    stream = opened;
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
    cancelPerTry();
    int status = head.status();
    OutlierDetector outlier = cluster.cluster().outlier();
    if (outlier != null) {
      outlier.answered(endpoint, status);
    }
    cluster.cluster().meters().answered(status);
    strip(head.headers());
    long now = router.now();
    lastStatus = status;
    if (endStream) {
      ended(now);
    }
    router.onHead(this, head, endStream, now);
  }

  @Override
  public void onData(ByteBuf data, boolean endStream) {
    if (endStream) {
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
    cluster.cluster().meters().resetByUpstream.add();
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

  private void perTryTimedOut() {
    perTry = null;
    cluster.cluster().meters().requestPerTryTimeout.add();
    boolean sent = stream != null;
    timedOut();
    router.onFailed(this, new Failure(ErrorKind.UPSTREAM_PER_TRY_TIMEOUT, "", sent));
  }

  /** Gives the attempt up because the answer did not come in time. */
  void timedOut() {
    if (!headReceived) {
      record(OutlierResult.TIMED_OUT);
    }
    cancel(ErrorKind.UPSTREAM_TIMEOUT);
  }

  /** Gives the attempt up; nothing more is told of it. */
  void cancel(ErrorKind why) {
    ClientStream open = stream;
    boolean wasOver = over;
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

  private void cancelPerTry() {
    if (perTry != null && deadlines != null) {
      deadlines.disarm(perTry);
      perTry = null;
    }
  }

  private void finish(boolean success, long nanos) {
    if (over) {
      return;
    }
    over = true;
    cancelPerTry();
    endpoint.load().end(success, nanos);
    Cluster owner = cluster.cluster();
    owner.meters().requestsActive.sub();
    if (nanos > 0) {
      owner.meters().requestTime.record(nanos / 1_000_000);
    }
    if (stream != null) {
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
