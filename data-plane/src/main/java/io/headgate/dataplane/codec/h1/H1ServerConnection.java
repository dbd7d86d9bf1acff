package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.NoRequest;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/**
 * A downstream HTTP/1 connection: requests are read one after another, the next only when the
 * answer before it has ended, so pipelined requests are answered in order; and only while there is
 * room for an answer, so that who asks without reading is not read either. Bytes behind a request
 * for a tunnel wait for the answer that accepts it, and are thrown away with any other.
 *
 * <pre>
 *   HEAD ──head──▶ BODY ──last piece──▶ WAIT ──answer ended──▶ HEAD
 *     │              │                   │                      │
 *     │              │                   └──accepted──▶ TUNNEL ─┼─both ended─▶ CLOSED
 *     └──broken──────┴──▶ LINGER (input thrown away, delayed close) ──▶ CLOSED ◀─ FLUSH ◀─ drained
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class H1ServerConnection extends H1Connection implements ServerConnection {
  private static final int MAX_BLANK_LINES = 2;

  private enum Phase {
    HEAD,
    BODY,
    WAIT,
    TUNNEL,
    LINGER,
    FLUSH,
    CLOSED
  }

  private final ConnectionInfo info;
  private final StreamAcceptor acceptor;
  private final boolean secure;
  private final RequestParser parser;
  private final RequestHead head = new RequestHead();
  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void onExpired() {
          onDeadline();
        }
      };

  private @Nullable H1ServerStream stream;
  private RequestReceiver receiver = NoRequest.INSTANCE;
  private Phase phase = Phase.HEAD;
  private int blankLines;
  private long unsent;

  /** Makes the handler of one connection; it works from the moment it is added to a pipeline. */
  public H1ServerConnection(H1Settings settings, ConnectionInfo info, StreamAcceptor acceptor) {
    super(settings);
    this.info = info;
    this.acceptor = acceptor;
    this.secure = info.tls() != null;
    this.parser = new RequestParser(settings, fields);
  }

  // ---- the connection

  @Override
  public ConnectionInfo info() {
    return info;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  /** Takes no further request; a tunnel goes on until it ends or is closed. */
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

  /** Returns the head of the open stream. */
  RequestHead head() {
    return head;
  }

  /** Whether the body of the open stream's request is still under way: no request can follow it. */
  boolean requestIncomplete() {
    return phase == Phase.BODY;
  }

  // ---- the channel

  @Override
  boolean takesInput() {
    return phase != Phase.LINGER && phase != Phase.FLUSH && phase != Phase.CLOSED;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (stream != null) {
      receiver.onWritabilityChanged(ctx.channel().isWritable());
    } else if (phase == Phase.HEAD) {
      scheduleDecode();
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
    if (stream != null) {
      takeReceiver().onReset(ProxyError.of(ErrorKind.DOWNSTREAM_CLOSED), false);
    }
    out().die();
    acceptor.onConnectionClosed();
  }

  /** Ends the stream and returns its receiver for the last call. */
  private RequestReceiver takeReceiver() {
    H1ServerStream open = stream;
    if (open != null) {
      open.over = true;
      stream = null;
    }
    RequestReceiver to = receiver;
    receiver = NoRequest.INSTANCE;
    return to;
  }

  // ---- requests in

  @Override
  boolean decodeOnce(ByteBuf in) {
    return switch (phase) {
      case HEAD -> isWritable() && decodeHead(in);
      case BODY -> !paused && decodeBody(in);
      case WAIT -> false;
      case TUNNEL -> decodeTunnel(in);
      case LINGER, FLUSH, CLOSED -> {
        releasePending();
        yield false;
      }
    };
  }

  @Override
  boolean isFull() {
    return switch (phase) {
      case BODY, TUNNEL -> paused;
      case WAIT -> pending != null;
      case HEAD -> !isWritable();
      case LINGER, FLUSH, CLOSED -> false;
    };
  }

  /** Starts the clock of a slow head; one that waits until its answer has room is not slow. */
  @Override
  void decoded() {
    if (phase == Phase.HEAD
        && pending != null
        && isWritable()
        && settings.headNanos() > 0
        && !deadline.isArmed()) {
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
    int limit = settings.maxHeadBytes();
    if (length == HeadFinder.BARE_LF && !finder.exceeds(limit + 1)) {
      refuse(RequestLine.bad("http1.codec_error"));
      return true;
    }
    if (finder.exceeds(limit)) {
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
    ProxyError wrong = parser.parse(head, at, at + length);
    if (wrong != null) {
      refuse(wrong);
    } else {
      open(length);
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
      endStream = !head.asksForTunnel();
    }
    paused = false;
    phase = fields.chunked || fields.contentLength > 0 ? Phase.BODY : Phase.WAIT;
    boolean keepAlive = old ? fields.keepAlive && !fields.close : !fields.close;
    H1ServerStream opened = new H1ServerStream(this, old, keepAlive, consumed);
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

  // ---- the tunnel

  /** The answer that accepts the tunnel is out. */
  void onTunnelAccepted() {
    phase = Phase.TUNNEL;
  }

  @Override
  boolean isTunnel() {
    return phase == Phase.TUNNEL;
  }

  @Override
  void tunnelInput(ByteBuf data) {
    receiver.onData(data, false);
  }

  @Override
  void tunnelInputEnded() {
    receiver.onData(Unpooled.EMPTY_BUFFER, true);
  }

  @Override
  void tunnelOver() {
    RequestReceiver to = takeReceiver();
    closeAfterFlush();
    to.onComplete();
  }

  // ---- what is wrong

  /** No stream could open: answers here, and closes. */
  private void refuse(ProxyError error) {
    ErrorOutcome outcome = ErrorOutcome.of(error);
    byte[] text = outcome.body().getBytes(US_ASCII);
    ResponseHead head = new ResponseHead();
    head.status(outcome.status());
    head.headers().set(HeaderNames.CONTENT_LENGTH, text.length);
    if (text.length > 0) {
      head.headers().set(HeaderNames.CONTENT_TYPE, "text/plain");
    }
    acceptor.completeRefusal(head);
    Output output = out();
    ByteBuf to = output.head();
    int before = to.writerIndex();
    to.writeBytes(StatusLines.of(head.status()));
    lines.all(head.headers(), to);
    to.writeCharSequence("connection: close\r\n\r\n", US_ASCII);
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
    if (open.headSent) {
      takeReceiver().onReset(error, false);
      close();
    } else {
      receiver.onReset(error, true);
    }
  }

  private void onDeadline() {
    if (phase == Phase.HEAD) {
      refuse(ProxyError.of(ErrorKind.REQUEST_HEADER_TIMEOUT));
      out().flushNow();
    } else if (phase == Phase.LINGER || phase == Phase.FLUSH) {
      onDelayedClose();
    }
  }

  // ---- what streams ask for

  /** The answer has ended. */
  void onAnswerEnded(boolean keepAlive) {
    RequestReceiver to = takeReceiver();
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
    takeReceiver()
        .onReset(ProxyError.of(ErrorKind.INTERNAL, "http1.answer_length_mismatch"), false);
    close();
  }

  /** A stream gave up: the client must not take what it has for an answer. */
  void onStreamReset() {
    var _ = takeReceiver();
    close();
  }

  // ---- the end

  /** Sends FIN and throws input away for a while, so that a reset does not overtake the answer. */
  private void linger() {
    phase = Phase.LINGER;
    releasePending();
    out().flushNow();
    boolean waits = settings.delayedCloseNanos() > 0;
    var _ =
        ctx()
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(_ -> {
              if (!waits) {
                close();
              } else if (!secure && ctx().channel() instanceof DuplexChannel duplex) {
                var _ = duplex.shutdownOutput();
              }
            });
    read(true);
    awaitDelayedClose();
  }

  private void awaitDelayedClose() {
    if (settings.delayedCloseNanos() > 0 && ctx().channel().isActive()) {
      unsent = unsentBytes();
      LoopDeadlines.of(eventLoop()).arm(deadline, settings.delayedCloseNanos());
    }
  }

  /** Closes unless the peer is slow only: it has taken something since the last look. */
  private void onDelayedClose() {
    if (unsentBytes() < unsent) {
      awaitDelayedClose();
    } else {
      acceptor.onDelayedCloseTimeout();
      close();
    }
  }

  private long unsentBytes() {
    ChannelOutboundBuffer buffer = ctx().channel().unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  private void closeAfterFlush() {
    phase = Phase.FLUSH;
    closeBehindOutput();
    awaitDelayedClose();
  }
}
