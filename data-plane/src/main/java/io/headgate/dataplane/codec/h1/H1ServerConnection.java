package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.http.Tokens;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A downstream HTTP/1 connection: requests are read one after another, the next only when the
 * answer before it has ended, so pipelined requests are answered in order.
 *
 * <pre>
 *   HEAD ──head──▶ BODY ──last piece──▶ WAIT ──answer ended──▶ HEAD
 *     │              │                                          │
 *     └──broken──────┴──▶ LINGER (input thrown away, 1 s) ──▶ CLOSED ◀─ drained
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class H1ServerConnection extends ChannelInboundHandlerAdapter
    implements ServerConnection {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_BLANK_LINES = 2;

  private enum Phase {
    HEAD,
    BODY,
    WAIT,
    LINGER,
    CLOSED
  }

  private final H1Settings settings;
  private final ConnectionInfo info;
  private final StreamAcceptor acceptor;
  private final boolean secure;
  private final HeadFinder finder = new HeadFinder();
  private final RequestLine line = new RequestLine();
  private final Fields fields;
  private final BodyDecoder body;
  private final RequestHead head = new RequestHead();
  private final Runnable decodeTask = this::decodeAgain;
  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void onExpired() {
          onDeadline();
        }
      };

  private @Nullable ChannelHandlerContext context;
  private @Nullable Output out;
  private @Nullable ByteBuf pending;
  private @Nullable H1ServerStream stream;
  private RequestReceiver receiver = NoRequest.INSTANCE;
  private Phase phase = Phase.HEAD;
  private int blankLines;
  private long consumed;
  private String lastAuthority = "";
  private boolean paused;
  private boolean decoding;
  private boolean decodeScheduled;
  private boolean reading = true;
  private boolean draining;

  /** Makes the handler of one connection; it works from the moment it is added to a pipeline. */
  public H1ServerConnection(H1Settings settings, ConnectionInfo info, StreamAcceptor acceptor) {
    this.settings = settings;
    this.info = info;
    this.acceptor = acceptor;
    this.secure = info.tls() != null;
    this.fields = new Fields(settings);
    this.body = new BodyDecoder(settings);
  }

  // ---- the connection

  @Override
  public EventLoop eventLoop() {
    return ctx().channel().eventLoop();
  }

  @Override
  public ConnectionInfo info() {
    return info;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  @Override
  public void drain() {
    draining = true;
    if (stream == null && phase == Phase.HEAD) {
      closeAfterFlush();
    }
  }

  @Override
  public void close() {
    if (phase != Phase.CLOSED) {
      out().flushNow();
      phase = Phase.CLOSED;
      var _ = ctx().close();
    }
  }

  private ChannelHandlerContext ctx() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  Output out() {
    Output output = out;
    if (output == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return output;
  }

  boolean isDraining() {
    return draining;
  }

  boolean isWritable() {
    return ctx().channel().isWritable();
  }

  long consumed() {
    return consumed;
  }

  H1Settings settings() {
    return settings;
  }

  // ---- the channel

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    out = new Output(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (phase == Phase.LINGER || phase == Phase.CLOSED) {
      in.release();
      return;
    }
    out().readBegins();
    ByteBuf before = pending;
    pending =
        before == null
            ? in
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
    decode();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    out().readCompletes();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (stream != null) {
      receiver.onWritabilityChanged(ctx.channel().isWritable());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    phase = Phase.CLOSED;
    LoopDeadlines.of(ctx.channel().eventLoop()).disarm(deadline);
    releasePending();
    H1ServerStream open = stream;
    if (open != null) {
      open.end();
      stream = null;
      RequestReceiver to = receiver;
      receiver = NoRequest.INSTANCE;
      to.onReset(ProxyError.of(ErrorKind.DOWNSTREAM_CLOSED), false);
    }
    out().die();
    acceptor.onConnectionClosed();
  }

  // ---- requests in

  private void decodeAgain() {
    decodeScheduled = false;
    decode();
  }

  private void decode() {
    if (decoding) {
      return;
    }
    decoding = true;
    try {
      while (decodeOnce()) {
        // one head or one piece of a body each time
      }
    } finally {
      decoding = false;
    }
    if (pending != null && !pending.isReadable()) {
      releasePending();
    }
    afterDecode();
  }

  private boolean decodeOnce() {
    ByteBuf in = pending;
    if (in == null || !in.isReadable()) {
      return false;
    }
    return switch (phase) {
      case HEAD -> decodeHead(in);
      case BODY -> !paused && decodeBody(in);
      case WAIT -> false;
      case LINGER, CLOSED -> {
        releasePending();
        yield false;
      }
    };
  }

  /** Reads from the socket only while its bytes can be used; starts the clock of a slow head. */
  private void afterDecode() {
    boolean full = (phase == Phase.BODY && paused) || (phase == Phase.WAIT && pending != null);
    if (reading == full) {
      reading = !full;
      ctx().channel().config().setAutoRead(!full);
    }
    if (phase == Phase.HEAD && pending != null && settings.headNanos() > 0 && !deadline.isArmed()) {
      LoopDeadlines.of(eventLoop()).arm(deadline, settings.headNanos());
    }
  }

  private boolean decodeHead(ByteBuf in) {
    int length = finder.find(in);
    if (length == 2) {
      in.skipBytes(2);
      finder.reset();
      if (++blankLines > MAX_BLANK_LINES) {
        refuse(RequestLine.bad("http1.codec_error"));
      }
      return true;
    }
    if (length == HeadFinder.BARE_LF) {
      refuse(RequestLine.bad("http1.codec_error"));
      return true;
    }
    int limit = settings.maxHeadBytes();
    if (length > limit || (length == HeadFinder.MORE && in.readableBytes() > limit)) {
      refuse(
          ProxyError.of(
              finder.firstLineExceeds(limit)
                  ? ErrorKind.URI_TOO_LONG
                  : ErrorKind.HEADERS_TOO_LARGE));
      return true;
    }
    if (length == HeadFinder.MORE) {
      return false;
    }
    finder.reset();
    blankLines = 0;
    if (deadline.isArmed()) {
      LoopDeadlines.of(eventLoop()).disarm(deadline);
    }
    head.clear();
    int at = head.headers().adopt(in, in.readerIndex(), length);
    in.skipBytes(length);
    ProxyError wrong = parse(at, at + length);
    if (wrong != null) {
      refuse(wrong);
    } else {
      open(length);
    }
    return true;
  }

  private @Nullable ProxyError parse(int at, int end) {
    ProxyError wrong = line.parse(head, at, end);
    if (wrong != null) {
      return wrong;
    }
    boolean old = head.protocol() == Protocol.HTTP_10;
    if (old && !settings.acceptHttp10()) {
      return ProxyError.of(ErrorKind.UPGRADE_REQUIRED);
    }
    String broken = fields.parse(head.headers(), line.next, end);
    if (broken != null) {
      return fields.tooMany ? ProxyError.of(ErrorKind.TOO_MANY_HEADERS) : RequestLine.bad(broken);
    }
    if (old && fields.chunked) {
      return RequestLine.bad("http1.transfer_encoding_not_allowed");
    }
    if (head.method().equals(Method.CONNECT) && (fields.chunked || fields.contentLength > 0)) {
      return RequestLine.bad("http1.body_disallowed");
    }
    return authority(old);
  }

  /** Makes the authority from the Host field and the target, which must not disagree. */
  private @Nullable ProxyError authority(boolean old) {
    byte[] b = head.headers().array();
    int offset = fields.hostOffset;
    int length = fields.hostLength;
    if (offset < 0) {
      if (!old) {
        return RequestLine.bad("missing_host_header");
      }
      offset = line.targetAuthorityOffset >= 0 ? line.targetAuthorityOffset : 0;
      length = line.targetAuthorityLength;
    } else if (!RequestLine.isAuthority(b, offset, offset + length)) {
      return RequestLine.bad("http1.invalid_host");
    } else if (line.targetAuthorityOffset >= 0 && !sameAsTarget(b, offset, length)) {
      return RequestLine.bad("http1.host_disagrees");
    }
    head.authorityRange(offset, length, sameAsLast(b, offset, length) ? lastAuthority : null);
    lastAuthority = head.authority();
    return null;
  }

  private boolean sameAsTarget(byte[] b, int offset, int length) {
    if (length != line.targetAuthorityLength) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte x = b[offset + i];
      byte y = b[line.targetAuthorityOffset + i];
      if (x != y && (Tokens.lower(x) == 0 || Tokens.lower(x) != Tokens.lower(y))) {
        return false;
      }
    }
    return true;
  }

  private boolean sameAsLast(byte[] b, int offset, int length) {
    String last = lastAuthority;
    if (last.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (b[offset + i] != last.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void open(int headBytes) {
    boolean old = head.protocol() == Protocol.HTTP_10;
    head.scheme(secure ? "https" : "http");
    boolean endStream = false;
    if (fields.chunked) {
      body.startChunked();
    } else if (fields.contentLength > 0) {
      body.startLength(fields.contentLength);
    } else {
      endStream = true;
    }
    paused = false;
    phase = endStream ? Phase.WAIT : Phase.BODY;
    boolean keepAlive = old ? fields.keepAlive && !fields.close : !fields.close;
    H1ServerStream opened = new H1ServerStream(this, head.method(), old, keepAlive, consumed);
    consumed += headBytes;
    stream = opened;
    receiver = acceptor.newStream(opened);
    receiver.onHead(head, endStream);
  }

  private boolean decodeBody(ByteBuf in) {
    int before = in.readerIndex();
    int result = body.next(in);
    consumed += in.readerIndex() - before;
    switch (result) {
      case BodyDecoder.DATA -> receiver.onData(body.data(), false);
      case BodyDecoder.LAST_DATA -> {
        phase = Phase.WAIT;
        receiver.onData(body.data(), true);
      }
      case BodyDecoder.TRAILERS -> {
        phase = Phase.WAIT;
        receiver.onTrailers(body.trailers());
      }
      case BodyDecoder.ERROR -> breakBody(RequestLine.bad(body.error()));
      default -> {
        return false;
      }
    }
    return true;
  }

  // ---- what is wrong

  /** No stream could open: answers here, and closes. */
  private void refuse(ProxyError error) {
    ErrorOutcome outcome = ErrorOutcome.of(error);
    Output output = out();
    ByteBuf to = output.head();
    int before = to.writerIndex();
    byte[] text = outcome.body().getBytes(StandardCharsets.US_ASCII);
    to.writeBytes(StatusLines.of(outcome.status()));
    to.writeCharSequence("content-length: ", StandardCharsets.US_ASCII);
    output.decimal(to, text.length);
    to.writeCharSequence(
        "\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n", StandardCharsets.US_ASCII);
    to.writeBytes(text);
    output.wrote(to.writerIndex() - before);
    linger();
    acceptor.onProtocolError(info, error, outcome.status());
  }

  /** The request's body is broken: 400 if no answer began, else the connection closes. */
  private void breakBody(ProxyError error) {
    H1ServerStream open = stream;
    if (open == null) {
      linger();
      return;
    }
    phase = Phase.LINGER; // nothing more of the input is looked at
    draining = true;
    if (open.headSent()) {
      stream = null;
      open.end();
      RequestReceiver to = receiver;
      receiver = NoRequest.INSTANCE;
      to.onReset(error, false);
      close();
    } else {
      receiver.onReset(error, true);
    }
  }

  private void onDeadline() {
    if (phase == Phase.HEAD) {
      refuse(ProxyError.of(ErrorKind.REQUEST_HEADER_TIMEOUT));
      out().flushNow();
    } else if (phase == Phase.LINGER) {
      close();
    }
  }

  // ---- what streams ask for

  /** The answer has ended. */
  void onAnswerEnded(boolean keepAlive) {
    RequestReceiver to = receiver;
    receiver = NoRequest.INSTANCE;
    stream = null;
    boolean clean = phase == Phase.WAIT;
    if (clean && keepAlive && !draining) {
      phase = Phase.HEAD;
      to.onComplete();
      scheduleDecode();
    } else {
      to.onComplete();
      if (clean && (pending == null || !pending.isReadable())) {
        closeAfterFlush();
      } else {
        linger();
      }
    }
  }

  /**
   * The answer broke its own framing: the stream is over, and closing is all that tells the client.
   */
  void onAnswerBroken() {
    RequestReceiver to = receiver;
    stream = null;
    receiver = NoRequest.INSTANCE;
    to.onReset(ProxyError.of(ErrorKind.INTERNAL, "http1.answer_length_mismatch"), false);
    close();
  }

  /** A stream gave up: the client must not take what it has for an answer. */
  void onStreamReset() {
    stream = null;
    receiver = NoRequest.INSTANCE;
    close();
  }

  void pause() {
    paused = true;
  }

  void resume() {
    if (paused) {
      paused = false;
      scheduleDecode();
    }
  }

  private void scheduleDecode() {
    if (!decoding && !decodeScheduled && (pending != null || !reading)) {
      decodeScheduled = true;
      eventLoop().execute(decodeTask);
    }
  }

  // ---- the end

  /** Sends FIN and throws input away for a while, so that a reset does not overtake the answer. */
  private void linger() {
    phase = Phase.LINGER;
    releasePending();
    Output output = out();
    output.flushNow();
    ChannelHandlerContext ctx = ctx();
    if (!secure && ctx.channel() instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
    if (!reading) {
      reading = true;
      ctx.channel().config().setAutoRead(true);
    }
    LoopDeadlines.of(eventLoop()).arm(deadline, LINGER_NANOS);
  }

  private void closeAfterFlush() {
    phase = Phase.CLOSED;
    releasePending();
    out().flushNow();
    var _ = ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void releasePending() {
    ByteBuf in = pending;
    if (in != null) {
      pending = null;
      in.release();
    }
  }
}
