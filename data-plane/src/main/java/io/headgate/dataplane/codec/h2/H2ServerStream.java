package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.NoRequest;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/** The answer's side of one HTTP/2 request. Confined to the connection's event loop. */
final class H2ServerStream extends H2Stream implements ServerStream {
  private final H2ServerConnection server;
  final RequestHead head;
  private final boolean bodiless;
  private RequestReceiver receiver = NoRequest.INSTANCE;
  private boolean headSent;
  private boolean tunnel;
  private boolean nothingToSend;

  H2ServerStream(
      H2ServerConnection server, int id, RequestHead head, int sendWindow, int receiveWindow) {
    super(server, id, sendWindow, receiveWindow);
    this.server = server;
    this.head = head;
    this.bodiless = head.method().equals(Method.HEAD);
  }

  void receiver(RequestReceiver newReceiver) {
    receiver = newReceiver;
  }

  RequestReceiver receiver() {
    return receiver;
  }

  boolean isTunnel() {
    return tunnel;
  }

  // ---- from the connection

  @Override
  void deliverData(ByteBuf data, boolean end) {
    receiver.onData(data, end);
  }

  @Override
  void deliverTrailers(HeaderBlock trailers) {
    receiver.onTrailers(trailers);
  }

  @Override
  void deliverReset(ProxyError error) {
    RequestReceiver to = receiver;
    receiver = NoRequest.INSTANCE;
    to.onReset(error, false);
    server.recycle(this);
  }

  @Override
  void deliverWritability(boolean writable) {
    receiver.onWritabilityChanged(writable);
  }

  @Override
  void deliverEnd() {
    RequestReceiver to = receiver;
    receiver = NoRequest.INSTANCE;
    to.onComplete();
    server.recycle(this);
  }

  // ---- from the proxy

  @Override
  public EventLoop eventLoop() {
    return server.eventLoop();
  }

  @Override
  public ConnectionInfo connection() {
    return server.info();
  }

  @Override
  public void sendInformational(ResponseHead informational) {
    if (!isOver() && !headSent) {
      write(informational, informational.status(), false);
    }
  }

  @Override
  public void sendHead(ResponseHead answer, boolean endStream) {
    if (isOver() || headSent) {
      return;
    }
    headSent = true;
    int status = answer.status();
    tunnel = head.isTunnelAcceptedBy(status) && !endStream;
    if (tunnel) {
      openGate();
    }
    if (head.upgrade() != null && status == 101) {
      status = 200;
    }
    HeaderBlock headers = answer.headers();
    if (status == 204 || tunnel) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
    }
    nothingToSend = bodiless || status == 204 || status == 304;
    if (!endStream && !nothingToSend && !tunnel) {
      promise(Promises.contentLength(headers));
    }
    write(answer, status, endStream);
    if (endStream) {
      endLocally();
    }
  }

  private void write(ResponseHead answer, int status, boolean endStream) {
    long before = server.out().bytes();
    ByteBuf out = server.out().beginHead();
    server.fieldEncoder().begin(out);
    server.fieldEncoder().status(out, status);
    server.fieldEncoder().fields(out, answer.headers());
    server.out().endHead(id(), endStream);
    addSent(server.out().bytes() - before);
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    if (isOver() || !headSent) {
      data.release();
      return;
    }
    if (nothingToSend) {
      data.release();
      if (endStream) {
        send(server.empty(), true);
      }
      return;
    }
    sendPromised(data, endStream);
  }

  @Override
  public void sendTrailers(HeaderBlock trailers) {
    if (isOver() || !headSent) {
      return;
    }
    if (nothingToSend) {
      send(server.empty(), true);
    } else {
      sendTrailersPromised(trailers);
    }
  }

  /** What was sent contradicts the length that was promised: the client must not believe it. */
  @Override
  void breakOff() {
    server.resetStream(this, H2Code.INTERNAL_ERROR);
    deliverReset(Promises.broken());
  }

  @Override
  public void reset(ProxyError reason) {
    if (!isOver()) {
      receiver = NoRequest.INSTANCE;
      server.resetStream(this, Promises.code(reason));
    }
  }

  @Override
  public void drain() {
    server.drain();
  }
}
