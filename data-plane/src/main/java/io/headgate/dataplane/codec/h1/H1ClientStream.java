package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The request's side of one HTTP/1 exchange. Confined to the connection's event loop. */
final class H1ClientStream extends H1Stream implements ClientStream {
  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(US_ASCII);

  /** Methods whose requests need not say that there is no body (RFC 9110 §8.6); as Envoy's. */
  private static final Set<Method> BODILESS =
      Set.of(Method.GET, Method.HEAD, Method.DELETE, Method.TRACE, Method.CONNECT);

  private static final FieldLines.Line NO_BODY = new FieldLines.Line("content-length", "0");
  private static final FieldLines.Line UPGRADE = new FieldLines.Line("connection", "upgrade");

  private final H1ClientConnection connection;
  private final ResponseReceiver receiver;
  private Method method = Method.GET;
  private @Nullable String upgrade;
  private @Nullable String ownKey;
  private boolean asksForTunnel;
  private boolean extendedConnect;

  H1ClientStream(H1ClientConnection connection, ResponseReceiver receiver, long consumedBefore) {
    super(connection, consumedBefore);
    this.connection = connection;
    this.receiver = receiver;
  }

  ResponseReceiver receiver() {
    return receiver;
  }

  Method method() {
    return method;
  }

  /** The exchange is over; returns the receiver for its last call. */
  ResponseReceiver finish() {
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
    upgrade = head.upgrade();
    asksForTunnel = head.asksForTunnel();
    HeaderBlock headers = head.headers();
    Output output = connection.out();
    ByteBuf out = output.head();
    int before = out.writerIndex();
    out.writeBytes(method.bytes());
    out.writeByte(' ');
    target(head, out);
    out.writeBytes(VERSION);
    connection.lines.name("host", headers, out);
    out.writeBytes(headers.array(), head.authorityOffset(), head.authorityLength());
    out.writeShort('\r' << 8 | '\n');
    if (asksForTunnel) {
      tunnelLines(head, out);
    } else if (endStream) {
      boolean said = headers.contains(HeaderNames.CONTENT_LENGTH);
      headers.remove(HeaderNames.CONTENT_LENGTH);
      body.startNothing();
      if (said || !BODILESS.contains(method)) {
        connection.lines.one(NO_BODY, headers, out);
      }
    } else {
      body.start(headers, true, out);
    }
    connection.lines.all(headers, out);
    out.writeShort('\r' << 8 | '\n');
    output.wrote(out.writerIndex() - before);
    if (endStream || asksForTunnel) {
      end(); // nothing more may be sent until a tunnel is accepted
    }
  }

  private void target(RequestHead head, ByteBuf out) {
    byte[] bytes = head.headers().array();
    if (method.equals(Method.CONNECT)) {
      out.writeBytes(bytes, head.authorityOffset(), head.authorityLength());
      return;
    }
    if (connection.settings.options().sendFullyQualifiedUrl() && bytes[head.pathOffset()] == '/') {
      out.writeCharSequence(head.scheme(), US_ASCII);
      out.writeCharSequence("://", US_ASCII);
      out.writeBytes(bytes, head.authorityOffset(), head.authorityLength());
    }
    out.writeBytes(bytes, head.pathOffset(), head.pathLength());
  }

  private void tunnelLines(RequestHead head, ByteBuf out) {
    HeaderBlock headers = head.headers();
    headers.remove(HeaderNames.CONTENT_LENGTH);
    body.startNothing();
    String token = upgrade;
    if (token == null) {
      return;
    }
    connection.lines.one(UPGRADE, headers, out);
    connection.lines.name("upgrade", headers, out);
    out.writeCharSequence(token, US_ASCII);
    out.writeShort('\r' << 8 | '\n');
    extendedConnect = head.protocol() != Protocol.HTTP_10 && head.protocol() != Protocol.HTTP_11;
    if (extendedConnect
        && token.equals(WebSocketKeys.TOKEN)
        && !headers.contains(WebSocketKeys.KEY)) {
      String key = WebSocketKeys.newKey();
      ownKey = key;
      headers.set(WebSocketKeys.KEY, key);
    }
  }

  /** Returns whether a status turns the exchange into a tunnel. */
  boolean isAcceptedBy(int status) {
    return asksForTunnel && (upgrade != null ? status == 101 : status >= 200 && status < 300);
  }

  /**
   * Returns whether a status refuses the upgrade, but would tell a client that asked by an extended
   * CONNECT that it has its tunnel (RFC 8441 §5).
   */
  boolean seemsAcceptedBy(int status) {
    return extendedConnect && status < 300;
  }

  /** Returns whether a tunnel was asked for; meant for answers that are none. */
  boolean refused() {
    return asksForTunnel;
  }

  /** Returns null, or why an accepting head is not to be believed. */
  @Nullable String judgeAccept(ResponseHead head, Fields fields) {
    String token = upgrade;
    if (token == null) {
      return null; // lengths and codings in the answer to a CONNECT mean nothing (RFC 9110 §9.3.6)
    }
    if (fields.chunked || fields.contentLength > 0) {
      return "http1.codec_error";
    }
    if (!token.equals(fields.upgrade(head.headers().array()))) {
      return "http1.upgrade_mismatch";
    }
    String key = ownKey;
    if (key != null) {
      String accept = head.headers().first(WebSocketKeys.ACCEPT);
      if (!WebSocketKeys.accept(key).equals(accept)) {
        return "http1.upgrade_mismatch";
      }
      head.headers().remove(WebSocketKeys.ACCEPT);
    }
    return null;
  }

  @Override
  void onEnded() {}

  /** The request broke its own framing: the peer must not take it for complete. */
  @Override
  void abort() {
    connection.onStreamReset();
    finish().onReset(ProxyError.of(ErrorKind.INTERNAL, "http1.request_length_mismatch"));
  }

  @Override
  void onReset() {
    connection.onStreamReset();
  }
}
