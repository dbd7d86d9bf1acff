package io.headgate.dataplane.listener;

import io.headgate.dataplane.proxyprotocol.ProxyHeader;
import io.headgate.dataplane.proxyprotocol.ProxyHeaderReader;
import io.headgate.dataplane.proxyprotocol.ProxyHeaderReader.Look;
import io.headgate.xds.model.listener.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY header from the start of a connection; what follows it goes to whoever comes next
 * in the pipeline. A connection that must have one and has none, or a broken one, is closed.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class ProxyProtocolInspector extends ByteToMessageDecoder {
  /** Told once what was found. */
  interface Found {
    /** No header with null. */
    void header(@Nullable ProxyHeader header);
  }

  private final ProxyProtocol rules;
  private final ProxyProtocolMeters meters;
  private final FilterClock clock;
  private final Found found;
  private boolean done;

  ProxyProtocolInspector(
      ProxyProtocol rules, ProxyProtocolMeters meters, FilterClock clock, Found found) {
    this.rules = rules;
    this.meters = meters;
    this.clock = clock;
    this.found = found;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    clock.waits(() -> tell(ctx, null));
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (done) {
      in.skipBytes(in.readableBytes());
      return;
    }
    switch (ProxyHeaderReader.look(in)) {
      case Look.More _ -> {}
      case Look.Other _ -> {
        if (rules.optional()) {
          meters.notFoundAllowed.add();
          tell(ctx, null);
        } else {
          meters.notFoundDisallowed.add();
          refuse(ctx, in);
        }
      }
      case Look.Broken(ProxyProtocol.Version version, String _) -> {
        meters.error(version).add();
        refuse(ctx, in);
      }
      case Look.Found(ProxyHeader header, int length) -> {
        if (rules.disallowed().contains(header.version())) {
          meters.disallowed(header.version()).add();
          refuse(ctx, in);
        } else {
          meters.found(header.version()).add();
          in.skipBytes(length);
          tell(ctx, header);
        }
      }
    }
  }

  private void refuse(ChannelHandlerContext ctx, ByteBuf in) {
    done = true;
    in.skipBytes(in.readableBytes());
    var _ = ctx.close();
  }

  /** A connection that ends within its header has nothing to say. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
  }

  private void tell(ChannelHandlerContext ctx, @Nullable ProxyHeader header) {
    done = true;
    clock.waitsNoMore();
    found.header(header);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
