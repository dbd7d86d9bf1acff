package io.headgate.dataplane.listener;

import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.listener.AcceptRules;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection: whether they are a ClientHello, and which server it
 * names. The bytes are kept for whoever comes next in the pipeline.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class HelloInspector extends AbstractSniHandler<String> {
  private static final int MAX_HELLO_BYTES = 16 * 1024;
  private static final byte HANDSHAKE = 0x16;

  private final BiConsumer<Boolean, @Nullable String> found;
  private final AcceptRules rules;
  private final Counter timeouts;
  private @Nullable ScheduledFuture<?> timeout;
  private boolean secure;
  private boolean looked;

  /** Makes an inspector that tells once whether it is TLS and the server name. */
  HelloInspector(AcceptRules rules, Counter timeouts, BiConsumer<Boolean, @Nullable String> found) {
    super(MAX_HELLO_BYTES, 0);
    this.rules = rules;
    this.timeouts = timeouts;
    this.found = found;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    long nanos = rules.filtersTimeout().toNanos();
    if (nanos > 0) {
      timeout = ctx.executor().schedule(() -> onTimeout(ctx), nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    if (timeout != null) {
      timeout.cancel(false);
    }
    super.handlerRemoved0(ctx);
  }

  /** What has come so far goes on as clear text, or the connection closes. */
  private void onTimeout(ChannelHandlerContext ctx) {
    timeouts.add();
    if (rules.continueOnTimeout() && ctx.channel().isActive()) {
      found.accept(false, null);
      ctx.pipeline().remove(this);
    } else {
      var _ = ctx.close();
    }
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
