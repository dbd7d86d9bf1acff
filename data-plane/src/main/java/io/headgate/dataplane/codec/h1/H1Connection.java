package io.headgate.dataplane.codec.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of an HTTP/1 connection share: the bytes that were read and not yet used, the loop
 * that decodes them while somebody wants them, the outgoing bytes, and the tunnel that a message
 * may turn the connection into.
 *
 * <p>A tunnel's directions end one by one: the peer's FIN (or {@code close_notify}) is told as the
 * input's end, {@link #endTunnelOutput} sends ours, and when both have ended the connection closes.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
abstract class H1Connection extends ChannelInboundHandlerAdapter {
  final H1Settings settings;
  final HeadFinder finder = new HeadFinder();
  final Fields fields;
  final BodyDecoder body;
  final FieldLines lines;
  private final Runnable decodeTask = this::decodeAgain;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Output out;
  @Nullable ByteBuf pending;
  long consumed;
  boolean paused;
  boolean draining;
  private boolean decoding;
  private boolean decodeScheduled;
  private boolean reading = true;
  private boolean inputEnded;
  private boolean inputEndTold;
  private boolean outputEnded;

  H1Connection(H1Settings settings) {
    this.settings = settings;
    this.fields = new Fields(settings);
    this.body = new BodyDecoder(settings);
    this.lines = new FieldLines(settings);
  }

  // ---- what the two ends do differently

  /** Returns whether bytes that arrive now are looked at; false throws them away. */
  abstract boolean takesInput();

  /** Uses some of the bytes; returns whether to go on. */
  abstract boolean decodeOnce(ByteBuf in);

  /** Returns whether nothing more should be read from the socket now. */
  abstract boolean isFull();

  /** The bytes at hand are used as far as they can be. */
  abstract void decoded();

  /** Takes bytes of the tunnel. */
  abstract void tunnelInput(ByteBuf data);

  /** The peer ended its direction of the tunnel. */
  abstract void tunnelInputEnded();

  /** Both directions of the tunnel have ended and the connection closes. */
  abstract void tunnelOver();

  // ---- the channel

  public EventLoop eventLoop() {
    return ctx().channel().eventLoop();
  }

  final ChannelHandlerContext ctx() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  final Output out() {
    Output output = out;
    if (output == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return output;
  }

  final boolean isWritable() {
    return ctx().channel().isWritable();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    out = new Output(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (!takesInput()) {
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
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inputEnded = true;
      decode();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  // ---- decoding

  private void decodeAgain() {
    decodeScheduled = false;
    decode();
  }

  final void decode() {
    if (decoding) {
      return;
    }
    decoding = true;
    try {
      ByteBuf in;
      do {
        in = pending;
      } while (in != null && in.isReadable() && decodeOnce(in));
    } finally {
      decoding = false;
    }
    if (pending != null && !pending.isReadable()) {
      releasePending();
    }
    if (inputEnded && !inputEndTold && pending == null && !paused && isTunnel()) {
      inputEndTold = true;
      tunnelInputEnded();
      closeEndedTunnel();
    }
    boolean full = isFull();
    if (reading == full) {
      read(!full);
    }
    decoded();
  }

  final void read(boolean on) {
    if (reading != on) {
      reading = on;
      ctx().channel().config().setAutoRead(on);
    }
  }

  final void scheduleDecode() {
    if (!decoding && !decodeScheduled && (pending != null || !reading || inputEnded)) {
      decodeScheduled = true;
      eventLoop().execute(decodeTask);
    }
  }

  final void releasePending() {
    ByteBuf in = pending;
    if (in != null) {
      pending = null;
      in.release();
    }
  }

  final void pause() {
    paused = true;
  }

  final void resume() {
    if (paused) {
      paused = false;
      scheduleDecode();
    }
  }

  // ---- the tunnel

  /** Returns whether bytes are opaque by now. */
  abstract boolean isTunnel();

  /** From now on a FIN ends a direction, not the connection. */
  final void openTunnel() {
    ctx().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    scheduleDecode();
  }

  /** Hands on all that is there. */
  final boolean decodeTunnel(ByteBuf in) {
    if (paused) {
      return false;
    }
    consumed += in.readableBytes();
    pending = null;
    tunnelInput(in);
    return true;
  }

  /** Ends our direction, behind what was written. */
  final void endTunnelOutput() {
    if (outputEnded) {
      return;
    }
    outputEnded = true;
    out().flushNow();
    if (inputEndTold) {
      closeEndedTunnel();
      return;
    }
    // Not before it has gone out: a channel throws away what its socket did not take yet.
    var _ =
        ctx()
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(_ -> {
              SslHandler tls = ctx().pipeline().get(SslHandler.class);
              if (tls != null) {
                var _ = tls.closeOutbound();
              } else if (ctx().channel() instanceof DuplexChannel duplex) {
                var _ = duplex.shutdownOutput();
              }
            });
  }

  private void closeEndedTunnel() {
    if (inputEndTold && outputEnded && isTunnel()) {
      tunnelOver();
    }
  }

  // ---- the end

  /** Closes when what was written has gone out. */
  final void closeBehindOutput() {
    releasePending();
    out().flushNow();
    var _ = ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
