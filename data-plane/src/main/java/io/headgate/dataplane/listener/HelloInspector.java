package io.headgate.dataplane.listener;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.tls.ClientHello;
import io.headgate.xds.model.listener.AcceptRules;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection: whether they are a ClientHello, and what it says. The
 * bytes are kept, up to the largest hello, for whoever comes next in the pipeline.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class HelloInspector extends ByteToMessageDecoder {
  /** Told once what was found. */
  interface Found {
    /** Clear text with null. */
    void hello(@Nullable ClientHello hello);
  }

  private final AcceptRules rules;
  private final InspectorMeters meters;
  private final Counter timeouts;
  private final Found found;
  private @Nullable ScheduledFuture<?> timeout;
  private boolean done;

  HelloInspector(AcceptRules rules, InspectorMeters meters, Counter timeouts, Found found) {
    this.rules = rules;
    this.meters = meters;
    this.timeouts = timeouts;
    this.found = found;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long nanos = rules.filtersTimeout().toNanos();
    if (nanos > 0) {
      timeout = ctx.executor().schedule(() -> onTimeout(ctx), nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  /** What has come so far goes on as clear text, or the connection closes. */
  private void onTimeout(ChannelHandlerContext ctx) {
    if (done) {
      return;
    }
    timeouts.add();
    if (rules.continueOnTimeout() && ctx.channel().isActive()) {
      tell(ctx, null);
    } else {
      var _ = ctx.close();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (done || !in.isReadable()) {
      return;
    }
    switch (ClientHello.look(in, ClientHello.MAX_BYTES)) {
      case ClientHello.Look.More() -> {}
      case ClientHello.Look.Other() -> {
        meters.notFound.add();
        tell(ctx, null);
      }
      case ClientHello.Look.TooLarge() -> {
        done = true;
        meters.tooLarge.add();
        in.skipBytes(in.readableBytes());
        var _ = ctx.close();
      }
      case ClientHello.Look.Found(ClientHello hello) -> {
        meters.found(hello);
        tell(ctx, hello);
      }
    }
  }

  /** A connection that ends before its hello is whole has nothing to say. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
  }

  private void tell(ChannelHandlerContext ctx, @Nullable ClientHello hello) {
    done = true;
    found.hello(hello);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
