package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/** The answer's side of one HTTP/1 request. Confined to the connection's event loop. */
final class H1ServerStream implements ServerStream {
  private static final byte[] CLOSE = "connection: close\r\n".getBytes(US_ASCII);
  private static final byte[] KEEP_ALIVE = "connection: keep-alive\r\n".getBytes(US_ASCII);
  private static final byte[] CONTENT_LENGTH = "content-length: ".getBytes(US_ASCII);

  private final H1ServerConnection connection;
  private final Method method;
  private final boolean old;
  private final long consumedBefore;
  private final long writtenBefore;
  private final BodyEncoder body;
  private boolean keepAlive;
  private boolean headSent;
  private boolean over;

  H1ServerStream(
      H1ServerConnection connection,
      Method method,
      boolean old,
      boolean keepAlive,
      long consumedBefore) {
    this.connection = connection;
    this.method = method;
    this.old = old;
    this.keepAlive = keepAlive;
    this.consumedBefore = consumedBefore;
    this.writtenBefore = connection.out().bytes();
    this.body = new BodyEncoder(connection.out(), connection.settings().trailers());
  }

  boolean headSent() {
    return headSent;
  }

  /** The connection ended the stream. */
  void end() {
    over = true;
  }

  @Override
  public EventLoop eventLoop() {
    return connection.eventLoop();
  }

  @Override
  public ConnectionInfo connection() {
    return connection.info();
  }

  @Override
  public void sendInformational(ResponseHead head) {
    if (over || headSent || old) {
      return;
    }
    ByteBuf out = connection.out().head();
    int before = out.writerIndex();
    out.writeBytes(StatusLines.of(head.status()));
    head.headers().writeLines(out);
    out.writeShort('\r' << 8 | '\n');
    connection.out().wrote(out.writerIndex() - before);
  }

  @Override
  public void sendHead(ResponseHead head, boolean endStream) {
    if (over || headSent) {
      return;
    }
    headSent = true;
    int status = head.status();
    HeaderBlock headers = head.headers();
    boolean bodiless = method.equals(Method.HEAD) || status == 204 || status == 304 || status < 200;
    Output output = connection.out();
    ByteBuf out = output.head();
    int before = out.writerIndex();
    if (old) {
      out.writeCharSequence(
          "HTTP/1.0 " + status + " " + StatusLines.reason(status) + "\r\n", US_ASCII);
    } else {
      out.writeBytes(StatusLines.of(status));
    }
    if (status == 204 || status < 200) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
    }
    if (bodiless) {
      body.startNothing();
    } else if (endStream) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
      body.startNothing();
      out.writeBytes(CONTENT_LENGTH);
      out.writeShort('0' << 8 | '\r');
      out.writeByte('\n');
    } else {
      body.start(headers, !old, out);
    }
    if (body.untilClose() || connection.isDraining()) {
      keepAlive = false;
    }
    if (!keepAlive) {
      if (!old || body.untilClose()) {
        out.writeBytes(CLOSE);
      }
    } else if (old) {
      out.writeBytes(KEEP_ALIVE);
    }
    headers.writeLines(out);
    out.writeShort('\r' << 8 | '\n');
    output.wrote(out.writerIndex() - before);
    if (endStream) {
      finish();
    }
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    if (over || !headSent) {
      data.release();
      return;
    }
    if (!body.data(data, endStream)) {
      abort();
    } else if (endStream) {
      finish();
    }
  }

  @Override
  public void sendTrailers(HeaderBlock trailers) {
    if (over || !headSent) {
      return;
    }
    if (body.trailers(trailers)) {
      finish();
    } else {
      abort();
    }
  }

  private void finish() {
    over = true;
    connection.onAnswerEnded(keepAlive);
  }

  /** What was sent contradicts the length that was promised: only closing tells the client. */
  private void abort() {
    keepAlive = false;
    over = true;
    connection.onAnswerBroken();
  }

  @Override
  public void reset(ProxyError reason) {
    if (!over) {
      over = true;
      connection.onStreamReset();
    }
  }

  @Override
  public void drain() {
    keepAlive = false;
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
  public long bytesReceived() {
    return connection.consumed() - consumedBefore;
  }

  @Override
  public long bytesSent() {
    return connection.out().bytes() - writtenBefore;
  }
}
