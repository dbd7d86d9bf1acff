package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** The answer's side of one HTTP/1 request. Confined to the connection's event loop. */
final class H1ServerStream extends H1Stream implements ServerStream {
  private static final FieldLines.Line CLOSE = new FieldLines.Line("connection", "close");
  private static final FieldLines.Line KEEP_ALIVE = new FieldLines.Line("connection", "keep-alive");
  private static final FieldLines.Line NO_BODY = new FieldLines.Line("content-length", "0");
  private static final FieldLines.Line UPGRADE = new FieldLines.Line("connection", "upgrade");

  private final H1ServerConnection connection;
  private final Method method;
  private final @Nullable String upgrade;
  private final boolean old;
  private boolean keepAlive;

  /**
   * Begins the answer to the connection's head.
   *
   * @param old whether the client speaks HTTP/1.0
   */
  H1ServerStream(
      H1ServerConnection connection, boolean old, boolean keepAlive, long consumedBefore) {
    super(connection, consumedBefore);
    this.connection = connection;
    this.method = connection.head().method();
    this.upgrade = connection.head().upgrade();
    this.old = old;
    this.keepAlive = keepAlive;
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
    if (over || headSent || old || !head.isInformational()) {
      return;
    }
    ByteBuf out = connection.out().head();
    int before = out.writerIndex();
    out.writeBytes(StatusLines.of(head.status()));
    connection.lines.all(head.headers(), out);
    out.writeShort('\r' << 8 | '\n');
    connection.out().wrote(out.writerIndex() - before);
  }

  @Override
  public void sendHead(ResponseHead head, boolean endStream) {
    if (over || headSent) {
      return;
    }
    boolean accepts = accepts(head.status());
    if (head.status() < 200 && !accepts) {
      abort(); // a switch that nobody asked for
      return;
    }
    headSent = true;
    Output output = connection.out();
    ByteBuf out = output.head();
    int before = out.writerIndex();
    if (old) {
      out.writeCharSequence(
          "HTTP/1.0 " + head.status() + " " + StatusLines.reason(head.status()) + "\r\n", US_ASCII);
    } else {
      out.writeBytes(StatusLines.of(head.status()));
    }
    if (accepts) {
      acceptLines(head.headers(), out);
    } else {
      framingLines(head, endStream, out);
    }
    connection.lines.all(head.headers(), out);
    out.writeShort('\r' << 8 | '\n');
    output.wrote(out.writerIndex() - before);
    if (accepts) {
      connection.onTunnelAccepted();
      becomeTunnel();
    } else if (endStream) {
      end();
    }
  }

  private boolean asksForTunnel() {
    return upgrade != null || method.equals(Method.CONNECT);
  }

  private boolean accepts(int status) {
    return asksForTunnel() && (upgrade != null ? status == 101 : status >= 200 && status < 300);
  }

  private void acceptLines(HeaderBlock headers, ByteBuf out) {
    headers.remove(HeaderNames.CONTENT_LENGTH);
    String token = upgrade;
    if (token == null) {
      return;
    }
    connection.lines.one(UPGRADE, headers, out);
    connection.lines.name("upgrade", headers, out);
    out.writeCharSequence(token, US_ASCII);
    out.writeShort('\r' << 8 | '\n');
    String key = connection.head().headers().first(WebSocketKeys.KEY);
    if (key != null
        && token.equals(WebSocketKeys.TOKEN)
        && !headers.contains(WebSocketKeys.ACCEPT)) {
      headers.set(WebSocketKeys.ACCEPT, WebSocketKeys.accept(key));
    }
  }

  private void framingLines(ResponseHead head, boolean endStream, ByteBuf out) {
    int status = head.status();
    HeaderBlock headers = head.headers();
    if (status == 204) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
    }
    if (method.equals(Method.HEAD) || status == 204 || status == 304) {
      body.startNothing();
    } else if (endStream) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
      body.startNothing();
      connection.lines.one(NO_BODY, headers, out);
    } else {
      body.start(headers, !old, out);
    }
    if (body.untilClose()
        || connection.draining
        || connection.requestIncomplete()
        || asksForTunnel()) {
      keepAlive = false; // behind a refused tunnel its first bytes may follow
    }
    if (!keepAlive) {
      if (!old || body.untilClose()) {
        connection.lines.one(CLOSE, headers, out);
      }
    } else if (old) {
      connection.lines.one(KEEP_ALIVE, headers, out);
    }
  }

  @Override
  void onEnded() {
    over = true;
    connection.onAnswerEnded(keepAlive);
  }

  /** What was sent contradicts the length that was promised: only closing tells the client. */
  @Override
  void abort() {
    keepAlive = false;
    over = true;
    connection.onAnswerBroken();
  }

  @Override
  void onReset() {
    connection.onStreamReset();
  }

  @Override
  public void drain() {
    keepAlive = false;
  }
}
