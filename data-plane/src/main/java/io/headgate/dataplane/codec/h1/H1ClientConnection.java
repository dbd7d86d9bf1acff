package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An upstream HTTP/1 connection: one exchange at a time. It is offered for reuse only when request
 * and response have both ended cleanly, the peer keeps it alive, and no byte is left over;
 * otherwise it closes.
 *
 * <pre>
 *   IDLE ──newStream──▶ HEAD ──head──▶ BODY ──last piece, request sent──▶ IDLE
 *     └─ bytes, close ──────┴─ broken, reset ─┴──▶ CLOSED
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class H1ClientConnection extends ChannelInboundHandlerAdapter
    implements ClientConnection {
  private static final int MAX_INFORMATIONAL = 16;

  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    CLOSED
  }

  private final H1Settings settings;
  private final Listener listener;
  private final HeadFinder finder = new HeadFinder();
  private final StatusLine line = new StatusLine();
  private final Fields fields;
  private final BodyDecoder body;
  private final Runnable decodeTask = this::decodeAgain;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Output out;
  private @Nullable ByteBuf pending;
  private @Nullable H1ClientStream stream;
  private Phase phase = Phase.IDLE;
  private long consumed;
  private int informational;
  private boolean keepAlive;
  private boolean failed;
  private boolean ended;
  private boolean paused;
  private boolean decoding;
  private boolean decodeScheduled;
  private boolean reading = true;
  private boolean draining;

  /**
   * Makes the handler of one connected channel; it works from the moment it is added to the
   * pipeline.
   *
   * @param listener told about reuse and the end, usually a pool
   */
  public H1ClientConnection(H1Settings settings, Listener listener) {
    this.settings = settings;
    this.listener = listener;
    this.fields = new Fields(settings);
    this.body = new BodyDecoder(settings);
  }

  // ---- the connection

  @Override
  public EventLoop eventLoop() {
    return ctx().channel().eventLoop();
  }

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
      open.end().onReset(ProxyError.of(ErrorKind.LOCAL_RESET));
    }
  }

  @Override
  public void drain() {
    draining = true;
    if (phase == Phase.IDLE) {
      shut();
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

  H1Settings settings() {
    return settings;
  }

  long consumed() {
    return consumed;
  }

  boolean isWritable() {
    return ctx().channel().isWritable();
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
    if (phase == Phase.CLOSED) {
      in.release();
      return;
    }
    if (phase == Phase.IDLE) {
      in.release(); // nobody asked: whatever this is, it must not become the next answer
      shut();
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
    ended = true;
    listener.onClosed(this);
    if (stream == null || pending == null || !paused) {
      finish();
    }
  }

  /** The connection is closed and everything that it brought was delivered. */
  private void finish() {
    boolean complete = phase == Phase.BODY && body.untilClose() && !failed;
    phase = Phase.CLOSED;
    releasePending();
    H1ClientStream open = stream;
    stream = null;
    if (open != null) {
      ResponseReceiver to = open.end();
      if (complete) {
        to.onData(Unpooled.EMPTY_BUFFER, true);
      } else {
        to.onReset(ProxyError.of(ErrorKind.UPSTREAM_CLOSED));
      }
    }
    out().die();
  }

  // ---- responses in

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
    if (ended) {
      if (pending == null) {
        finish();
      }
      return;
    }
    boolean full = phase == Phase.BODY && paused;
    if (reading == full && phase != Phase.CLOSED) {
      reading = !full;
      ctx().channel().config().setAutoRead(!full);
    }
  }

  private boolean decodeOnce() {
    ByteBuf in = pending;
    if (in == null || !in.isReadable()) {
      return false;
    }
    return switch (phase) {
      case HEAD -> decodeHead(in);
      case BODY -> !paused && decodeBody(in);
      case IDLE, CLOSED -> {
        releasePending();
        yield false;
      }
    };
  }

  private boolean decodeHead(ByteBuf in) {
    H1ClientStream open = stream;
    if (open == null) {
      shut();
      return false;
    }
    int length = finder.find(in);
    int limit = settings.maxHeadBytes();
    if (length == HeadFinder.MORE && in.readableBytes() <= limit) {
      return false;
    }
    if (length == 2 || length < 0 || length > limit) {
      fail(length > limit ? "headers_too_large" : "http1.codec_error");
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
    boolean bodiless = open.method().equals(Method.HEAD) || status == 204 || status == 304;
    if (bodiless || (!fields.chunked && fields.contentLength == 0)) {
      complete(open, in);
      open.end().onHead(head, true);
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
        open.end().onData(last, true);
      }
      case BodyDecoder.TRAILERS -> {
        complete(open, in);
        open.end().onTrailers(body.trailers());
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
    boolean clean = open.requestEnded() && !in.isReadable();
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
      open.end().onReset(ProxyError.of(ErrorKind.UPSTREAM_PROTOCOL_ERROR, details));
    }
  }

  // ---- what streams ask for

  void onStreamReset() {
    stream = null;
    shut();
    if (ended) {
      finish();
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    if (paused) {
      paused = false;
      if (!decoding && !decodeScheduled && (pending != null || !reading)) {
        decodeScheduled = true;
        eventLoop().execute(decodeTask);
      }
    }
  }

  private void shut() {
    if (phase != Phase.CLOSED) {
      phase = Phase.CLOSED;
      releasePending();
      out().flushNow();
      var _ = ctx().close();
    }
  }

  private void releasePending() {
    ByteBuf in = pending;
    if (in != null) {
      pending = null;
      in.release();
    }
  }
}
