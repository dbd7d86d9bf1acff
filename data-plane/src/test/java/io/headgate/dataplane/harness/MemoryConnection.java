package io.headgate.dataplane.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.http.StreamAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A downstream connection without bytes, on which any number of streams are open, as in HTTP/2. */
public final class MemoryConnection implements ServerConnection {
  /** The facts of every connection of this kind. */
  public static final ConnectionInfo INFO =
      new ConnectionInfo(
          7,
          new InetSocketAddress("127.0.0.9", 1234),
          new InetSocketAddress("127.0.0.1", 80),
          null);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  public boolean drained;

  /** Makes an open connection. */
  public MemoryConnection() {
    channel.freezeTime();
  }

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  @Override
  public ConnectionInfo info() {
    return INFO;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  @Override
  public void drain() {
    drained = true;
  }

  @Override
  public void close() {}

  /** Runs what is due now. */
  public void run() {
    channel.runPendingTasks();
  }

  /** Lets time pass, and runs what is due. */
  public void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  /** Opens a stream and sends its head. */
  public Exchange open(StreamAcceptor acceptor, String method, String path, boolean end) {
    return open(acceptor, method, path, end, head -> {});
  }

  /** Opens a stream and sends its head, to which fields were added before. */
  public Exchange open(
      StreamAcceptor acceptor,
      String method,
      String path,
      boolean end,
      Consumer<RequestHead> fields) {
    Exchange exchange = new Exchange();
    exchange.receiver = acceptor.newStream(exchange);
    RequestHead head = exchange.head;
    head.method(Method.of(method));
    head.authority("a.test");
    head.path(path);
    fields.accept(head);
    exchange.requestEnded = end;
    exchange.receiver.onHead(head, end);
    return exchange;
  }

  /** One stream, from the client's side. */
  public final class Exchange implements ServerStream {
    public final RequestHead head = new RequestHead();
    public final StringBuilder body = new StringBuilder();
    public int status;
    public int informational;
    public boolean ended;
    public boolean paused;
    public boolean writable = true;
    public @Nullable ResponseHead answer;
    public @Nullable String trailers;
    public @Nullable ProxyError reset;
    private @Nullable RequestReceiver receiver;
    private boolean requestEnded;

    private Exchange() {}

    /** Sends a piece of the request's body. */
    public void send(String text, boolean end) {
      requestEnded = end;
      to().onData(Unpooled.copiedBuffer(text, ISO_8859_1), end);
      maybeComplete();
    }

    /** Sends trailers. */
    public void sendTrailer(HeaderName name, String value) {
      requestEnded = true;
      HeaderBlock block = new HeaderBlock();
      block.add(name, value);
      to().onTrailers(block);
      maybeComplete();
    }

    /** The client goes away. */
    public void abort(ProxyError error) {
      to().onReset(error, false);
      receiver = null;
    }

    /** Fills or drains the client's side. */
    public void writable(boolean now) {
      writable = now;
      to().onWritabilityChanged(now);
    }

    private RequestReceiver to() {
      RequestReceiver to = receiver;
      if (to == null) {
        throw new IllegalStateException("the stream is over");
      }
      return to;
    }

    private void maybeComplete() {
      RequestReceiver to = receiver;
      if (ended && requestEnded && to != null) {
        receiver = null;
        to.onComplete();
      }
    }

    @Override
    public EventLoop eventLoop() {
      return channel.eventLoop();
    }

    @Override
    public ConnectionInfo connection() {
      return INFO;
    }

    @Override
    public void sendInformational(ResponseHead informationalHead) {
      informational = informationalHead.status();
    }

    @Override
    public void sendHead(ResponseHead newHead, boolean endStream) {
      if (status != 0) {
        throw new IllegalStateException("two heads");
      }
      status = newHead.status();
      answer = newHead;
      end(endStream);
    }

    @Override
    public void sendData(ByteBuf data, boolean endStream) {
      if (status == 0 || ended) {
        throw new IllegalStateException("data without a head or behind the end");
      }
      body.append(data.toString(ISO_8859_1));
      data.release();
      end(endStream);
    }

    @Override
    public void sendTrailers(HeaderBlock block) {
      trailers = block.toString();
      end(true);
    }

    private void end(boolean endStream) {
      if (endStream) {
        ended = true;
        maybeComplete();
      }
    }

    @Override
    public void reset(ProxyError reason) {
      reset = reason;
      receiver = null;
    }

    @Override
    public void drain() {}

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public long bytesReceived() {
      return 0;
    }

    @Override
    public long bytesSent() {
      return 0;
    }
  }
}
