package io.headgate.dataplane.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.hcm.HcmSettings;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ServerConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A connection of which nobody knows yet which HTTP it speaks: the first bytes tell, by the preface
 * of HTTP/2 (RFC 9113 §3.4). The codec that follows gets the bytes.
 *
 * <p>A connection that never sends anything is closed when it has been idle for as long as the
 * connection manager allows. <b>Thread:</b> the connection's event loop.
 */
final class VersionDetector extends ChannelInboundHandlerAdapter implements ServerConnection {
  /** As much of the preface as no request line of HTTP/1 can begin with. */
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(US_ASCII);

  private final HttpOpener opener;
  private final HttpOpener.HttpChain chain;
  private final ConnectionInfo info;
  private final Deadline idle =
      new Deadline() {
        @Override
        protected void onExpired() {
          onIdle();
        }
      };
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf first;

  VersionDetector(HttpOpener opener, HttpOpener.HttpChain chain, ConnectionInfo info) {
    this.opener = opener;
    this.chain = chain;
    this.info = info;
  }

  private ChannelHandlerContext ctx() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  private void onIdle() {
    HcmSettings settings = chain.generation().get().settings();
    if (first == null) {
      settings.meters().closedIdle();
    } else {
      settings.meters().closedInHead();
    }
    close();
  }

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
    close();
  }

  @Override
  public void close() {
    if (!ctx().isRemoved()) {
      var _ = ctx().close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    long nanos = chain.generation().get().settings().timeouts().connectionIdle();
    if (nanos > 0) {
      LoopDeadlines.of(ctx.channel().eventLoop()).arm(idle, nanos);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    LoopDeadlines.of(ctx.channel().eventLoop()).disarm(idle);
    ByteBuf bytes = first;
    if (bytes != null) {
      first = null;
      bytes.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf before = first;
    ByteBuf in = (ByteBuf) message;
    ByteBuf bytes =
        before == null
            ? in
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
    int known = Math.min(bytes.readableBytes(), PREFACE.length);
    int same = 0;
    while (same < known && bytes.getByte(bytes.readerIndex() + same) == PREFACE[same]) {
      same++;
    }
    if (same == known && same < PREFACE.length) {
      first = bytes;
      waitForMore();
      return;
    }
    first = null;
    chain.chain().closed(this);
    if (same == PREFACE.length) {
      opener.openHttp2(ctx.channel(), chain, info);
    } else {
      opener.openHttp1(ctx.channel(), chain, info);
    }
    ctx.fireChannelRead(bytes);
    ctx.pipeline().remove(this);
  }

  /** Who has begun to send must go on within the time that a head may take. */
  private void waitForMore() {
    long nanos = chain.generation().get().settings().http1().headNanos();
    if (nanos > 0) {
      LoopDeadlines.of(eventLoop()).arm(idle, nanos);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
