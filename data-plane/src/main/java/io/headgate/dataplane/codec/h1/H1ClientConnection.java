package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.OriginalNames;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An upstream HTTP/1 connection: one exchange at a time. It is offered for reuse only when request
 * and response have both ended cleanly, the peer keeps it alive, no byte is left over, and no
 * tunnel was asked for; otherwise it closes.
 *
 * <pre>
 *   IDLE ──newStream──▶ HEAD ──head──▶ BODY ──last piece, request sent──▶ IDLE
 *     │                  │ └──accepting head──▶ TUNNEL ──both ended──▶ CLOSED
 *     └─ bytes, close ───┴─ broken, reset ─────▶ CLOSED
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class H1ClientConnection extends H1Connection implements ClientConnection {
  private static final int MAX_INFORMATIONAL = 16;

  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    TUNNEL,
    CLOSED
  }

  private final Listener listener;
  private final StatusLine line = new StatusLine();

  private @Nullable H1ClientStream stream;
  private Phase phase = Phase.IDLE;
  private int informational;
  private boolean keepAlive;
  private boolean failed;
  private boolean closed;
  private boolean closedByUs;

  /**
   * Makes the handler of one connected channel; it works from the moment it is added to the
   * pipeline.
   *
   * @param listener told about reuse and the end, usually a pool
   */
  public H1ClientConnection(H1Settings settings, Listener listener) {
    super(settings);
    this.listener = listener;
  }

  // ---- the connection

  @Override
  public SocketAddress remote() {
    return ctx().channel().remoteAddress();
  }

  @Override
  public SocketAddress local() {
    return ctx().channel().localAddress();
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  @Override
  public int availableStreams() {
    return phase == Phase.IDLE && !draining ? 1 : 0;
  }

  @Override
  public int activeStreams() {
    return stream == null ? 0 : 1;
  }

  @Override
  public ClientStream newStream(ResponseReceiver receiver) {
    if (availableStreams() == 0) {
      throw new IllegalStateException("the connection takes no stream");
    }
    phase = Phase.HEAD;
    paused = false;
    keepAlive = true;
    informational = 0;
    H1ClientStream opened = new H1ClientStream(this, receiver, consumed);
    stream = opened;
    return opened;
  }

  @Override
  public void close() {
    H1ClientStream open = stream;
    stream = null;
    shut();
    if (open != null) {
      open.finish().onReset(ProxyError.of(ErrorKind.LOCAL_RESET));
    }
  }

  @Override
  public boolean isClosedByUs() {
    return closedByUs;
  }

  @Override
  public void drain() {
    draining = true;
    if (phase == Phase.IDLE) {
      shut();
    }
  }

  // ---- the channel

  @Override
  boolean takesInput() {
    if (phase == Phase.IDLE) {
      shut(); // nobody asked: whatever this is, it must not become the next answer
    }
    return phase != Phase.CLOSED;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    H1ClientStream open = stream;
    if (open != null) {
      open.receiver().onWritabilityChanged(ctx.channel().isWritable());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed = true;
    var _ = ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    listener.onClosed(this);
    finishWhenDelivered();
  }

  /** The connection is closed: the stream ends when everything that it brought was delivered. */
  private void finishWhenDelivered() {
    H1ClientStream open = stream;
    boolean complete = phase == Phase.BODY && body.untilClose() && !failed;
    if (open != null && paused && (pending != null || complete)) {
      return;
    }
    phase = Phase.CLOSED;
    releasePending();
    stream = null;
    if (open != null) {
      ResponseReceiver to = open.finish();
      if (complete) {
        to.onData(Unpooled.EMPTY_BUFFER, true);
      } else {
        to.onReset(ProxyError.of(ErrorKind.UPSTREAM_CLOSED));
      }
    }
    out().die();
  }

  // ---- responses in

  @Override
  boolean decodeOnce(ByteBuf in) {
    return switch (phase) {
      case HEAD -> decodeHead(in);
      case BODY -> !paused && decodeBody(in);
      case TUNNEL -> decodeTunnel(in);
      case IDLE, CLOSED -> {
        releasePending();
        yield false;
      }
    };
  }

  @Override
  boolean isFull() {
    return paused && (phase == Phase.BODY || phase == Phase.TUNNEL);
  }

  @Override
  void decoded() {
    if (closed && phase != Phase.CLOSED) {
      finishWhenDelivered();
    }
  }

  private boolean decodeHead(ByteBuf in) {
    H1ClientStream open = stream;
    if (open == null) {
      shut();
      return false;
    }
    int length = finder.find(in);
    int limit = settings.maxHeadBytes();
    if (length == HeadFinder.MORE && !finder.exceeds(limit)) {
      return false;
    }
    if (length == 2 || (length == HeadFinder.BARE_LF && !finder.exceeds(limit + 1))) {
      fail("http1.codec_error");
      return false;
    }
    if (finder.exceeds(limit)) {
      fail("headers_too_large");
      return false;
    }
    finder.reset();
    ResponseHead head = new ResponseHead(length + 256, 16);
    int at = head.headers().adopt(in, in.readerIndex(), length);
    in.skipBytes(length);
    consumed += length;
    if (!line.parse(head, at, at + length)) {
      fail("http1.codec_error");
      return false;
    }
    if (settings.preservesCase()) {
      head.headers()
          .originalNames(new OriginalNames(head.headers().array(), line.next, at + length));
    }
    String broken = fields.parse(head.headers(), line.next, at + length);
    if (broken != null) {
      fail(broken);
      return false;
    }
    return head.isInformational() ? informational(open, head) : finalHead(open, head, in);
  }

  private boolean informational(H1ClientStream open, ResponseHead head) {
    if (++informational > MAX_INFORMATIONAL || fields.chunked || fields.contentLength > 0) {
      fail("http1.codec_error");
      return false;
    }
    open.receiver().onInformational(head);
    return true;
  }

  private boolean finalHead(H1ClientStream open, ResponseHead head, ByteBuf in) {
    int status = head.status();
    if (open.isAcceptedBy(status)) {
      return tunnel(open, head);
    }
    if (open.seemsAcceptedBy(status)) {
      fail("http1.upgrade_mismatch");
      return false;
    }
    if (status == 101) {
      fail("http1.unrequested_upgrade");
      return false;
    }
    boolean old = head.protocol() == Protocol.HTTP_10;
    if (old && fields.chunked) {
      fail("http1.transfer_encoding_not_allowed");
      return false;
    }
    keepAlive = old ? fields.keepAlive && !fields.close : !fields.close;
    if (open.refused() || (status == 204 && (fields.chunked || fields.contentLength > 0))) {
      keepAlive = false; // what follows may belong to the tunnel that is not, or to no answer
    }
    boolean bodiless = open.method().equals(Method.HEAD) || status == 204 || status == 304;
    if (bodiless || (!fields.chunked && fields.contentLength == 0)) {
      complete(open, in);
      open.finish().onHead(head, true);
      return false;
    }
    phase = Phase.BODY;
    if (fields.chunked) {
      body.startChunked();
    } else if (fields.contentLength > 0) {
      body.startLength(fields.contentLength);
    } else {
      body.startUntilClose();
      keepAlive = false;
    }
    open.receiver().onHead(head, false);
    return true;
  }

  private boolean tunnel(H1ClientStream open, ResponseHead head) {
    String wrong = open.judgeAccept(head, fields);
    if (wrong != null) {
      fail(wrong);
      return false;
    }
    head.headers().remove(HeaderNames.CONTENT_LENGTH);
    phase = Phase.TUNNEL;
    open.becomeTunnel();
    open.receiver().onHead(head, false);
    return true;
  }

  private boolean decodeBody(ByteBuf in) {
    H1ClientStream open = stream;
    if (open == null) {
      shut();
      return false;
    }
    int before = in.readerIndex();
    int result = body.next(in);
    consumed += in.readerIndex() - before;
    switch (result) {
      case BodyDecoder.DATA -> open.receiver().onData(body.data(), false);
      case BodyDecoder.LAST_DATA -> {
        ByteBuf last = body.data();
        complete(open, in);
        open.finish().onData(last, true);
      }
      case BodyDecoder.TRAILERS -> {
        complete(open, in);
        open.finish().onTrailers(body.trailers());
      }
      case BodyDecoder.ERROR -> fail(body.error());
      default -> {}
    }
    return result == BodyDecoder.DATA;
  }

  /**
   * The response has ended: offers the connection before the receiver hears of the end, so that
   * what the receiver does next can use it.
   */
  private void complete(H1ClientStream open, ByteBuf in) {
    stream = null;
    boolean clean = open.hasEnded() && !in.isReadable();
    if (clean && keepAlive && !draining) {
      phase = Phase.IDLE;
      listener.onStreamAvailable(this);
    } else {
      shut();
    }
  }

  private void fail(String details) {
    H1ClientStream open = stream;
    stream = null;
    shut();
    if (open != null) {
      open.finish().onReset(ProxyError.of(ErrorKind.UPSTREAM_PROTOCOL_ERROR, details));
    }
  }

  // ---- the tunnel

  @Override
  boolean isTunnel() {
    return phase == Phase.TUNNEL;
  }

  @Override
  void tunnelInput(ByteBuf data) {
    H1ClientStream open = stream;
    if (open == null) {
      data.release();
    } else {
      open.receiver().onData(data, false);
    }
  }

  @Override
  void tunnelInputEnded() {
    H1ClientStream open = stream;
    if (open != null) {
      open.receiver().onData(Unpooled.EMPTY_BUFFER, true);
    }
  }

  @Override
  void tunnelOver() {
    H1ClientStream open = stream;
    stream = null;
    if (open != null) {
      open.over = true;
    }
    phase = Phase.CLOSED;
    closeBehindOutput();
  }

  // ---- what streams ask for

  void onStreamReset() {
    stream = null;
    shut();
    if (closed) {
      out().die();
    }
  }

  private void shut() {
    if (phase != Phase.CLOSED) {
      phase = Phase.CLOSED;
      closedByUs |= !closed;
      releasePending();
      out().flushNow();
      var _ = ctx().close();
    }
  }
}
