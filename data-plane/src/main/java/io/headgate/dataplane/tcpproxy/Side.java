package io.headgate.dataplane.tcpproxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a joined connection: what it reads is written to the other end, in the very buffer
 * that it was read into.
 *
 * <p>It reads while the other end takes more: a full write buffer there pauses it. The end of what
 * it reads ends what the other end writes, and nothing else (half-close).
 *
 * <p>Thread: the connection's loop. Ownership: buffers pass to the other end.
 */
final class Side extends ChannelInboundHandlerAdapter {
  private final TcpConnection connection;
  private final boolean ofClient;
  private final Channel channel;

  /** What came before there was another end. */
  private final ArrayDeque<ByteBuf> early = new ArrayDeque<>(0);

  private @Nullable Side other;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean closing;

  Side(TcpConnection connection, boolean ofClient, Channel channel) {
    this.connection = connection;
    this.ofClient = ofClient;
    this.channel = channel;
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.config().setAutoRead(false);
  }

  Channel channel() {
    return channel;
  }

  /** Lets the bytes flow in both directions. */
  void join(Side host) {
    other = host;
    host.other = this;
    for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
      host.send(bytes);
    }
    host.channel.flush();
    if (inputEnded) {
      host.endOutput();
    }
    if (host.channel.isWritable()) {
      channel.config().setAutoRead(true);
    }
    host.channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    connection.passed(ofClient, bytes.readableBytes());
    Side to = other;
    if (to == null) {
      early.add(bytes);
    } else if (to.closing || to.outputEnded) {
      bytes.release();
    } else {
      to.send(bytes);
      if (!to.channel.isWritable()) {
        pause();
      }
    }
  }

  private void send(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (other != null) {
      other.channel.flush();
    }
  }

  /** This end takes more, or takes no more for now: the other one reads on, or pauses. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Side from = other;
    if (from == null) {
      return;
    }
    if (channel.isWritable()) {
      from.resume();
    } else {
      from.pause();
    }
  }

  private void pause() {
    if (channel.config().isAutoRead()) {
      channel.config().setAutoRead(false);
      connection.paused(ofClient, true);
    }
  }

  private void resume() {
    if (!channel.config().isAutoRead() && !inputEnded && !closing) {
      connection.paused(ofClient, false);
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      endInput();
    }
  }

  private void endInput() {
    if (inputEnded) {
      return;
    }
    inputEnded = true;
    Side to = other;
    if (to != null) {
      to.endOutput();
    }
  }

  /** Says the end after what is written already; closes when nothing can come any more either. */
  private void endOutput() {
    if (outputEnded || closing) {
      return;
    }
    outputEnded = true;
    if (inputEnded && other != null && other.outputEnded) {
      connection.ended(ofClient);
      return;
    }
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          SslHandler tls = channel.pipeline().get(SslHandler.class);
          if (tls != null) {
            var _ = tls.closeOutbound();
          } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            var _ = duplex.shutdownOutput();
          }
        });
  }

  /** Closes after what is written already. */
  void closeAfterWrites() {
    if (!closing) {
      closing = true;
      channel.config().setAutoRead(false);
      var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Whether something that was written is still on its way out of this process. */
  boolean isFlushing() {
    return channel.isActive()
        && channel.unsafe().outboundBuffer() != null
        && channel.unsafe().outboundBuffer().totalPendingWriteBytes() > 0;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    connection.onClosed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
      bytes.release();
    }
  }

  boolean isOfClient() {
    return ofClient;
  }
}
