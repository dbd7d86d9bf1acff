package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.PoolRequest;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a request on its way to a mirror. Nobody waits for it: what is answered is dropped,
 * and a mirror that takes the body too slowly is given up instead of slowing the client.
 *
 * <pre>
 *   waiting --onReady--> sending --answer ends--> over
 *      +--onUnavailable--> over  +--reset, timeout, too much kept, cancel--> over
 * </pre>
 *
 * <p>Counts itself on the endpoint, the cluster and the breaker from start to end exactly once.
 *
 * <p>Thread: confined to the loop. Ownership: owns its head and what it keeps of the body.
 */
final class MirrorStream extends PoolRequest implements ResponseReceiver {
  private static final Endpoint[] NONE_TRIED = new Endpoint[0];

  private final RequestHead head;
  private final LoopCluster cluster;
  private final int bound;
  private final ConnectionInfo client;
  private final RequestBody kept;
  private @Nullable Endpoint endpoint;
  private @Nullable ClientStream stream;
  private @Nullable HeaderBlock trailers;
  private @Nullable LoopDeadlines deadlines;
  private final Deadline timeout =
      new Deadline() {
        @Override
        protected void onExpired() {
          cancel();
        }
      };
  private boolean ended;
  private boolean sentAll;
  private boolean over;

  MirrorStream(RequestHead head, LoopCluster cluster, ConnectionInfo client, int bound) {
    this.head = head;
    this.cluster = cluster;
    this.client = client;
    this.bound = bound;
    this.kept = new RequestBody(bound, false);
  }

  /** Picks a host and asks for a connection. */
  void start(long key, LoopDeadlines loopDeadlines, long timeoutNanos) {
    Endpoint chosen = cluster.pick(NONE_TRIED, 0, 0, key);
    if (chosen == null) {
      cluster.cluster().meters().unhealthy.add();
      over = true;
      return;
    }
    endpoint = chosen;
    chosen.load().begin();
    if (timeoutNanos > 0) {
      deadlines = loopDeadlines;
      loopDeadlines.arm(timeout, timeoutNanos);
    }
    cluster.acquire(chosen, this);
  }

  /** The head is all of the request; to be said before the start. */
  void end() {
    ended = true;
  }

  /** A piece of the body; taken over. */
  void data(ByteBuf piece, boolean endStream) {
    if (over) {
      piece.release();
      return;
    }
    ended |= endStream;
    if (kept.bytes() + piece.readableBytes() > bound && !isWritable()) {
      piece.release();
      cancel();
      return;
    }
    kept.keep(piece);
    flush();
  }

  /** The trailers, the request's end; taken over. */
  void trailers(HeaderBlock own) {
    trailers = own;
    ended = true;
    flush();
  }

  private boolean isWritable() {
    return stream != null && stream.isWritable();
  }

  /** Sends what is there if it is taken. */
  private void flush() {
    ClientStream out = stream;
    if (out == null || over || sentAll || !out.isWritable()) {
      return;
    }
    sentAll = ended;
    boolean dataEnds = ended && trailers == null;
    if (!kept.isEmpty()) {
      kept.sendTo(out, dataEnds);
    }
    if (ended && trailers != null) {
      out.sendTrailers(trailers);
    }
  }

  @Override
  public CircuitBreaker breaker() {
    return cluster.cluster().breaker(false);
  }

  @Override
  public Connector.@Nullable Preface preface() {
    return Attempt.preface(cluster, client);
  }

  @Override
  protected void onReady(ClientConnection connection, String localText, boolean reused) {
    ClientStream opened = connection.newStream(this);
    stream = opened;
    cluster.cluster().meters().requestsTotal.add();
    cluster.cluster().meters().requestsActive.add();
    boolean headEnds = ended && kept.isEmpty() && trailers == null;
    opened.sendHead(head, headEnds);
    sentAll = headEnds;
    flush();
  }

  @Override
  protected void onUnavailable(ErrorKind kind, String reason) {
    finish(false);
  }

  @Override
  public void onInformational(ResponseHead informational) {}

  @Override
  public void onHead(ResponseHead answer, boolean endStream) {
    cluster.cluster().meters().answered(answer.status());
    if (endStream) {
      answered();
    }
  }

  @Override
  public void onData(ByteBuf data, boolean endStream) {
    data.release();
    if (endStream) {
      answered();
    }
  }

  @Override
  public void onTrailers(HeaderBlock answerTrailers) {
    answered();
  }

  /** The answer is complete; an answer before the end of the request ends both. */
  private void answered() {
    ClientStream open = stream;
    boolean early = !sentAll;
    finish(true);
    if (early && open != null) {
      open.reset(ProxyError.of(ErrorKind.LOCAL_RESET));
    }
  }

  @Override
  public void onReset(ProxyError error) {
    cluster.cluster().meters().resetByUpstream.add();
    finish(false);
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    if (writable) {
      flush();
    }
  }

  /** Gives the copy up. */
  void cancel() {
    if (over) {
      return;
    }
    ClientStream open = stream;
    finish(false);
    stopWaiting();
    if (open != null) {
      cluster.cluster().meters().resetByUs.add();
      open.reset(ProxyError.of(ErrorKind.LOCAL_RESET));
    }
  }

  private void finish(boolean success) {
    if (over) {
      return;
    }
    over = true;
    kept.release();
    if (deadlines != null) {
      deadlines.disarm(timeout);
    }
    if (endpoint != null) {
      endpoint.load().end(success, 0);
    }
    if (stream != null) {
      Cluster owner = cluster.cluster();
      owner.meters().requestsActive.sub();
      breaker().releaseRequest();
    }
  }
}
