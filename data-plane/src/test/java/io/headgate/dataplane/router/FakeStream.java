package io.headgate.dataplane.router;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A downstream stream for the router, as a connection manager would give it, that records the
 * answer.
 *
 * <p>Thread: the loop, except where a method says so.
 */
final class FakeStream implements TerminalStream {

  private final EventLoop loop;
  private final @Nullable StreamRoute route;
  final StreamInfo info =
      new StreamInfo(
          new ConnectionInfo(
              1,
              new InetSocketAddress("127.0.0.1", 1),
              new InetSocketAddress("127.0.0.1", 2),
              null),
          1,
          0,
          System.nanoTime());
  final RequestHead head = new RequestHead();
  private final CompletableFuture<FakeStream> end = new CompletableFuture<>();
  private final StringBuilder body = new StringBuilder();
  volatile int status;
  volatile String headers = "";
  volatile @Nullable LocalReply local;
  volatile @Nullable ProxyError failure;
  long bytes;
  volatile boolean requestPaused;
  volatile boolean keepBody = true;
  volatile boolean writable = true;
  private @Nullable TerminalFilter filter;

  FakeStream(EventLoop loop, @Nullable StreamRoute route, Method method, String path) {
    this.loop = loop;
    this.route = route;
    head.method(method);
    head.authority("example.test");
    head.path(path);
  }

  /** Starts the request; any thread. */
  FakeStream start(TerminalFilter newFilter, boolean endStream) {
    loop.execute(() -> {
      filter = newFilter;
      newFilter.attach(this);
      newFilter.onRequestHead(head, endStream);
    });
    return this;
  }

  /** Runs something with the filter on the loop; any thread. */
  void with(Consumer<TerminalFilter> action) {
    loop.execute(() -> {
      if (filter != null) {
        action.accept(filter);
      }
    });
  }

  /** Waits for the answer's end; any thread but the loop. */
  FakeStream await() {
    try {
      return end.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer; status so far " + status, e);
    }
  }

  String body() {
    return body.toString();
  }

  String header(String name) {
    for (String line : headers.split("\n", -1)) {
      if (line.startsWith(name + ": ")) {
        return line.substring(name.length() + 2);
      }
    }
    return "";
  }

  boolean hasHeader(HeaderName name) {
    return headers.contains(name + ": ");
  }

  private void over() {
    if (filter != null && !end.isDone()) {
      filter.onDestroy();
      end.complete(this);
    }
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public ConnectionInfo connection() {
    return info.connection;
  }

  @Override
  public StreamInfo info() {
    return info;
  }

  @Override
  public @Nullable StreamRoute route() {
    return route;
  }

  @Override
  public @Nullable Object routeConfig() {
    return null;
  }

  @Override
  public void respondInformational(ResponseHead informational) {}

  @Override
  public void respondHead(ResponseHead answer, boolean endStream) {
    status = answer.status();
    headers = answer.headers().toString();
    if (endStream) {
      over();
    }
  }

  @Override
  public void respondData(ByteBuf data, boolean endStream) {
    bytes += data.readableBytes();
    if (keepBody) {
      body.append(data.toString(ISO_8859_1));
    }
    data.release();
    if (endStream) {
      over();
    }
  }

  @Override
  public void respondTrailers(HeaderBlock trailers) {
    headers = headers + "trailers\n" + trailers;
    over();
  }

  @Override
  public void localReply(LocalReply reply) {
    local = reply;
    status = reply.status();
    if (reply.flag() != null) {
      info.flag(reply.flag());
    }
    info.details(reply.details());
    over();
  }

  @Override
  public void fail(ProxyError error) {
    failure = error;
    if (status == 0) {
      localReply(LocalReply.of(error));
    } else {
      over();
    }
  }

  @Override
  public boolean isResponseWritable() {
    return writable;
  }

  @Override
  public void pauseRequest() {
    requestPaused = true;
  }

  @Override
  public void resumeRequest() {
    requestPaused = false;
  }

  @Override
  public boolean isOver() {
    return end.isDone();
  }

  @Override
  public int bufferLimit() {
    return 1 << 20;
  }
}
