package io.headgate.dataplane.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection: whether they are a ClientHello, and which server it
 * names. The bytes are kept for whoever comes next in the pipeline. At most 15 s, as in Envoy.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class HelloInspector extends AbstractSniHandler<String> {
  private static final long TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(15);
  private static final int MAX_HELLO_BYTES = 16 * 1024;
  private static final byte HANDSHAKE = 0x16;

  private final BiConsumer<Boolean, @Nullable String> found;
  private boolean secure;
  private boolean looked;

  /** Makes an inspector that tells once whether it is TLS and the server name. */
  HelloInspector(BiConsumer<Boolean, @Nullable String> found) {
    super(MAX_HELLO_BYTES, TIMEOUT_MILLIS);
    this.found = found;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, java.util.List<Object> out)
      throws Exception {
    if (!looked && in.isReadable()) {
      looked = true;
      secure = in.getByte(in.readerIndex()) == HANDSHAKE;
    }
    super.decode(ctx, in, out);
  }

  @Override
  protected Future<String> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
    return ctx.executor()
        .newSucceededFuture(hostname == null ? "" : hostname.toLowerCase(Locale.ROOT));
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext ctx, @Nullable String hostname, Future<String> future) {
    String name = future.getNow();
    found.accept(secure, name == null || name.isEmpty() ? null : name);
    ctx.pipeline().remove(this);
  }
}
