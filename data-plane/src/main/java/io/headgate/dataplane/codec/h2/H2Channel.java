package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.LoopDeadlines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket's side of an HTTP/2 connection: bytes as they come, and the end.
 *
 * <pre>
 *   OPEN ──error──▶ LINGER (input thrown away, 1 s) ──▶ CLOSED
 *     └──done: flush───────────────────────────────────▶ CLOSED
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
abstract class H2Channel extends ChannelInboundHandlerAdapter {
  /** How long a peer may take to read the last bytes. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum Phase {
    OPEN,
    LINGER,
    CLOSED
  }

  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void onExpired() {
          phase = Phase.CLOSED;
          var _ = ctx().close();
        }
      };
  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameWriter writer;
  private @Nullable ByteBuf pending;
  private Phase phase = Phase.OPEN;
  private boolean decoding;

  // ---- what the connection does

  abstract FrameWriter newWriter(ChannelHandlerContext ctx);

  /** The channel is there: writes the first frames. */
  abstract void onStart();

  /** Takes all whole frames out of the bytes. */
  abstract void decodeFrames(ByteBuf in);

  /**
   * All that arrived was decoded.
   *
   * @param cutOff whether the last frame is not complete
   */
  abstract void onDecoded(boolean cutOff);

  /** The socket takes bytes again. */
  abstract void onWritable();

  /** The connection goes on no longer: its deadlines are called off. */
  abstract void stopClocks();

  /** The channel is closed. */
  abstract void onInactive();

  // ---- access for the parts

  FrameWriter out() {
    FrameWriter out = writer;
    if (out == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return out;
  }

  ChannelHandlerContext ctx() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  /** Returns the loop that everything of the connection runs on. */
  public EventLoop eventLoop() {
    return ctx().channel().eventLoop();
  }

  LoopDeadlines deadlines() {
    return LoopDeadlines.of(eventLoop());
  }

  long nanoTime() {
    return deadlines().nanoTime();
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  boolean isWritable() {
    return ctx().channel().isWritable();
  }

  // ---- the channel

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    writer = newWriter(ctx);
    onStart();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (phase != Phase.OPEN) {
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

  private void decode() {
    ByteBuf in = pending;
    if (decoding || in == null) {
      return;
    }
    decoding = true;
    try {
      decodeFrames(in);
    } finally {
      decoding = false;
    }
    if (!isOpen() || !in.isReadable()) {
      releasePending();
    }
    if (isOpen()) {
      onDecoded(pending != null);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    out().readCompletes();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && isOpen()) {
      onWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    phase = Phase.CLOSED;
    deadlines().disarm(deadline);
    stopClocks();
    releasePending();
    onInactive();
  }

  private void releasePending() {
    ByteBuf in = pending;
    if (in != null && !decoding) {
      pending = null;
      in.release();
    }
  }

  // ---- the end

  /** From here on nothing is read; {@link #linger} follows in the same turn. */
  void stopReading() {
    phase = Phase.LINGER;
    stopClocks();
  }

  /** Sends FIN and throws input away for a while, so that a reset does not overtake GOAWAY. */
  void linger() {
    out().flushNow();
    ChannelHandlerContext ctx = ctx();
    if (ctx.pipeline().get(SslHandler.class) == null
        && ctx.channel() instanceof DuplexChannel duplex) {
      // Not before it has gone out: a channel throws away what its socket did not take yet.
      var _ = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
    }
    deadlines().arm(deadline, LINGER_NANOS);
  }

  /** Closes at once; open streams are told that they were reset. */
  public void close() {
    if (ctx().channel().isOpen()) {
      if (phase == Phase.OPEN) {
        stopClocks();
        out().flushNow();
      }
      phase = Phase.CLOSED;
      var _ = ctx().close();
    }
  }

  /** Closes when the last bytes are written, or when nobody takes them. */
  void closeAfterFlush() {
    if (isOpen()) {
      phase = Phase.CLOSED;
      stopClocks();
      out().flushNow();
      deadlines().arm(deadline, LINGER_NANOS);
      var _ = ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
