package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;

/** The request's side of one HTTP/1 exchange. Confined to the connection's event loop. */
final class H1ClientStream implements ClientStream {
  private static final byte[] VERSION_HOST = " HTTP/1.1\r\nhost: ".getBytes(US_ASCII);
  private static final byte[] NO_BODY = "content-length: 0\r\n".getBytes(US_ASCII);

  private final H1ClientConnection connection;
  private final ResponseReceiver receiver;
  private final BodyEncoder body;
  private final long consumedBefore;
  private final long writtenBefore;
  private Method method = Method.GET;
  private boolean requestEnded;
  private boolean headSent;
  private boolean over;

  H1ClientStream(H1ClientConnection connection, ResponseReceiver receiver, long consumedBefore) {
    this.connection = connection;
    this.receiver = receiver;
    this.consumedBefore = consumedBefore;
    this.writtenBefore = connection.out().bytes();
    this.body = new BodyEncoder(connection.out(), connection.settings().trailers());
  }

  ResponseReceiver receiver() {
    return receiver;
  }

  Method method() {
    return method;
  }

  boolean requestEnded() {
    return requestEnded;
  }

  /** The exchange is over; returns the receiver for its last call. */
  ResponseReceiver end() {
    over = true;
    return receiver;
  }

  @Override
  public void sendHead(RequestHead head, boolean endStream) {
    if (over || headSent) {
      return;
    }
    headSent = true;
    method = head.method();
    HeaderBlock headers = head.headers();
    Output output = connection.out();
    ByteBuf out = output.head();
    int before = out.writerIndex();
    out.writeBytes(method.bytes());
    out.writeByte(' ');
    out.writeBytes(headers.array(), head.pathOffset(), head.pathLength());
    out.writeBytes(VERSION_HOST);
    out.writeBytes(headers.array(), head.authorityOffset(), head.authorityLength());
    out.writeShort('\r' << 8 | '\n');
    if (endStream) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
      body.startNothing();
      if (method.equals(Method.POST) || method.equals(Method.PUT) || method.equals(Method.PATCH)) {
        out.writeBytes(NO_BODY);
      }
    } else {
      body.start(headers, true, out);
    }
    headers.writeLines(out);
    out.writeShort('\r' << 8 | '\n');
    output.wrote(out.writerIndex() - before);
    requestEnded = endStream;
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    if (over || !headSent || requestEnded) {
      data.release();
    } else if (body.data(data, endStream)) {
      requestEnded = endStream;
    } else {
      abort();
    }
  }

  @Override
  public void sendTrailers(HeaderBlock trailers) {
    if (over || !headSent || requestEnded) {
      return;
    }
    if (body.trailers(trailers)) {
      requestEnded = true;
    } else {
      abort();
    }
  }

  /** The request broke its own framing: the peer must not take it for complete. */
  private void abort() {
    connection.onStreamReset();
    end().onReset(ProxyError.of(ErrorKind.INTERNAL, "http1.request_length_mismatch"));
  }

  @Override
  public void reset(ProxyError reason) {
    if (!over) {
      over = true;
      connection.onStreamReset();
    }
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void pause() {
    if (!over) {
      connection.pause();
    }
  }

  @Override
  public void resume() {
    if (!over) {
      connection.resume();
    }
  }

  @Override
  public long bytesSent() {
    return connection.out().bytes() - writtenBefore;
  }

  @Override
  public long bytesReceived() {
    return connection.consumed() - consumedBefore;
  }
}
