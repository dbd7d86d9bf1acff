package io.headgate.dataplane.listener;

import io.headgate.dataplane.tls.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
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

  private final InspectorMeters meters;
  private final FilterClock clock;
  private final Found found;
  private boolean done;

  HelloInspector(InspectorMeters meters, FilterClock clock, Found found) {
    this.meters = meters;
    this.clock = clock;
    this.found = found;
  }

  /** What has come when the time is over goes on as clear text. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    clock.waits(() -> tell(ctx, null));
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
    clock.waitsNoMore();
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
