package io.headgate.dataplane.otlp;

import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.PoolRequest;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the collector.
 *
 * <pre>
 *   waiting --onReady--> sent --onHead--> answering --end--> over
 *      +--onUnavailable, timeout--> over    +--onReset, timeout--> over
 * </pre>
 *
 * <p>Thread: confined to the loop. <b>Ownership:</b> the body passes to the stream, or is released.
 */
final class Post extends PoolRequest implements ResponseReceiver {
  private final LoopCluster cluster;
  private final Endpoint endpoint;
  private final RequestHead head;
  private final ByteBuf body;
  private final boolean grpc;
  private final Consumer<String> done;
  private @Nullable ClientStream stream;
  private @Nullable Future<?> timeout;
  private int status;
  private int grpcStatus = -1;
  private boolean over;

  Post(
      LoopCluster cluster,
      Endpoint endpoint,
      RequestHead head,
      ByteBuf body,
      boolean grpc,
      Consumer<String> done) {
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.head = head;
    this.body = body;
    this.grpc = grpc;
    this.done = done;
  }

  void start(EventLoop loop, Duration limit) {
    timeout = loop.schedule(this::timedOut, limit.toMillis(), TimeUnit.MILLISECONDS);
    endpoint.load().begin();
    cluster.acquire(endpoint, this);
  }

  @Override
  public CircuitBreaker breaker() {
    return cluster.cluster().breaker(false);
  }

  @Override
  public Connector.@Nullable Preface preface() {
    UpstreamProxyProtocol rules = cluster.cluster().config().options().proxyProtocol();
    return rules == null ? null : new Connector.Preface(ProxyHeaderWriter.own(rules));
  }

  @Override
  protected void onReady(ClientConnection connection, String localText, boolean reused) {
    ClientStream opened = connection.newStream(this);
    stream = opened;
    cluster.cluster().meters().requestsTotal.add();
    cluster.cluster().meters().requestsActive.add();
    opened.sendHead(head, false);
    opened.sendData(body, true);
  }

  @Override
  protected void onUnavailable(ErrorKind kind, String reason) {
    end(kind + (reason.isEmpty() ? "" : ": " + reason));
  }

  @Override
  public void onInformational(ResponseHead informational) {}

  @Override
  public void onHead(ResponseHead answer, boolean endStream) {
    status = answer.status();
    grpcStatus = Grpc.status(answer.headers());
    cluster.cluster().meters().answered(status);
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
  public void onTrailers(HeaderBlock trailers) {
    grpcStatus = Grpc.status(trailers);
    answered();
  }

  private void answered() {
    if (status / 100 != 2) {
      end("the collector answers " + status);
    } else if (grpc && grpcStatus != 0) {
      end("the collector answers grpc-status " + grpcStatus);
    } else {
      end("");
    }
  }

  @Override
  public void onReset(ProxyError error) {
    end(error.kind().toString());
  }

  @Override
  public void onWritabilityChanged(boolean writable) {}

  private void timedOut() {
    if (over) {
      return;
    }
    ClientStream open = stream;
    stopWaiting();
    end("no answer in time");
    if (open != null) {
      open.reset(ProxyError.of(ErrorKind.UPSTREAM_TIMEOUT));
    }
  }

  private void end(String problem) {
    if (over) {
      return;
    }
    over = true;
    if (timeout != null) {
      timeout.cancel(false);
    }
    endpoint.load().end(problem.isEmpty(), 0);
    if (stream == null) {
      body.release();
    } else {
      cluster.cluster().meters().requestsActive.sub();
      breaker().releaseRequest();
    }
    done.accept(problem);
  }
}
