package io.headgate.dataplane.upstream;

import io.headgate.dataplane.tls.ClientTls;
import io.headgate.dataplane.tls.ClientTlsSlot;
import io.headgate.dataplane.tls.TlsFailure;
import io.headgate.dataplane.tls.TlsMeters;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;

/**
 * Makes a new connection secure before a codec is put on it; without TLS it goes on at once.
 *
 * <p>Thread: the connection's loop.
 */
final class TlsOpener {
  private TlsOpener() {}

  /** Tells the result when it fails, else runs the rest. */
  static void open(
      Channel channel, Connector.Options options, Connector.Failure result, Runnable rest) {
    ClientTlsSlot slot = options.tls();
    if (slot == null) {
      rest.run();
      return;
    }
    ClientTls tls = slot.current();
    if (tls == null) {
      slot.meters().notReady();
      var _ = channel.close();
      result.onConnectFailed(false, "TLS error: secret is not supplied by SDS");
      return;
    }
    Connector.ServerName name = options.serverName();
    SslHandler handler =
        tls.newHandler(
            channel.alloc(),
            name == null ? null : name.name(),
            name != null && name.mustMatch(),
            options.timeoutMillis());
    channel.pipeline().addLast(handler, new AfterHandshake(handler, slot.meters(), result, rest));
  }

  /** Waits for the handshake, then leaves its place to the codec. */
  private static final class AfterHandshake extends ChannelInboundHandlerAdapter {
    private final SslHandler handler;
    private final TlsMeters meters;
    private final Connector.Failure result;
    private final Runnable rest;
    private boolean over;

    AfterHandshake(SslHandler handler, TlsMeters meters, Connector.Failure result, Runnable rest) {
      this.handler = handler;
      this.meters = meters;
      this.result = result;
      this.rest = rest;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (over || !(event instanceof SslHandshakeCompletionEvent done)) {
        ctx.fireUserEventTriggered(event);
        return;
      }
      over = true;
      if (done.isSuccess()) {
        meters.succeeded(handler, ClientTls.shown(handler));
        rest.run();
        ctx.pipeline().remove(this);
      } else {
        boolean timedOut = done.cause() instanceof SslHandshakeTimeoutException;
        if (!timedOut) {
          meters.failed(done.cause());
        }
        var _ = ctx.close();
        result.onConnectFailed(timedOut, timedOut ? "" : reason(done.cause()));
      }
    }

    private static String reason(Throwable cause) {
      TlsFailure failure = TlsMeters.failureOf(cause);
      return "TLS error: "
          + (failure == null
              ? String.valueOf(cause.getMessage())
              : "CERTIFICATE_VERIFY_FAILED: " + failure.getMessage());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }
}
