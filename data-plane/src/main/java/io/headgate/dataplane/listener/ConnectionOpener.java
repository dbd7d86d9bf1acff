package io.headgate.dataplane.listener;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds the filter chain of each accepted connection and puts TLS, codec and connection manager
 * behind it.
 *
 * <p><b>Thread:</b> each connection's event loop.
 */
final class ConnectionOpener extends ChannelInitializer<Channel> {
  private static final AtomicLong IDS = new AtomicLong();

  private final OpenListener listener;
  private final HttpOpener opener;
  private final Admission admission;

  ConnectionOpener(OpenListener listener) {
    this.listener = listener;
    this.opener = new HttpOpener(listener.meters().http2);
    this.admission = new Admission(listener.meters());
  }

  @Override
  protected void initChannel(Channel channel) {
    PreparedListener config = listener.config();
    if (!admission.admit(channel, config)) {
      return;
    }
    int limit = config.value.options().perConnectionBufferLimitBytes();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(limit / 2, limit));
    listener.meters().accepted(channel.eventLoop());
    listener.meters().active.add();
    channel.closeFuture().addListener(_ -> closed());
    if (config.value.options().tlsInspector()) {
      channel
          .pipeline()
          .addLast(
              new HelloInspector(
                  config.value.options().accept(),
                  listener.meters().filterTimeouts,
                  (secure, name) -> choose(channel, config, secure, name)));
    } else {
      choose(channel, config, false, null);
    }
  }

  private void closed() {
    listener.meters().active.sub();
    listener.meters().destroyed.add();
  }

  private void choose(
      Channel channel, PreparedListener config, boolean secure, @Nullable String serverName) {
    LiveChain chain =
        ChainMatcher.find(
            config,
            new ChainMatcher.Facts(
                (InetSocketAddress) channel.localAddress(),
                (InetSocketAddress) channel.remoteAddress(),
                secure,
                serverName,
                List.of()));
    if (chain == null) {
      listener.meters().noChain.add();
      var _ = channel.close();
      return;
    }
    if (chain.tls == null) {
      openHttp(channel, chain, null);
      return;
    }
    SslHandler handler =
        chain.tls.newHandler(
            channel.alloc(),
            config
                .services
                .pressure()
                .scaled(
                    Timer.TRANSPORT_SOCKET_CONNECT,
                    chain.value.transportSocketConnectTimeout().toNanos()));
    channel.pipeline().addLast(handler, new AfterHandshake(chain, handler, serverName));
  }

  private void openHttp(Channel channel, LiveChain chain, ConnectionInfo.@Nullable Tls tls) {
    ConnectionInfo info =
        new ConnectionInfo(
            IDS.incrementAndGet(), channel.remoteAddress(), channel.localAddress(), tls);
    opener.open(channel, chain, info);
  }

  /** Waits for the handshake, then puts the codec in its own place. */
  private final class AfterHandshake extends ChannelInboundHandlerAdapter {
    private final LiveChain chain;
    private final SslHandler handler;
    private final @Nullable String serverName;

    AfterHandshake(LiveChain chain, SslHandler handler, @Nullable String serverName) {
      this.chain = chain;
      this.handler = handler;
      this.serverName = serverName;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent done)) {
        ctx.fireUserEventTriggered(event);
        return;
      }
      if (done.isSuccess()) {
        listener.meters().handshakes.add();
        openHttp(ctx.channel(), chain, facts(handler, serverName));
        ctx.pipeline().remove(this);
      } else {
        if (done.cause() instanceof SslHandshakeTimeoutException) {
          listener.meters().handshakeTimeouts.add();
        } else {
          listener.meters().handshakeErrors.add();
        }
        var _ = ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }

  private static ConnectionInfo.Tls facts(SslHandler handler, @Nullable String serverName) {
    SSLSession session = handler.engine().getSession();
    String subject = null;
    try {
      if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        subject = certificate.getSubjectX500Principal().getName();
      }
    } catch (SSLPeerUnverifiedException _) {
      subject = null; // the client showed no certificate
    }
    return new ConnectionInfo.Tls(
        session.getProtocol(),
        session.getCipherSuite(),
        serverName,
        handler.applicationProtocol(),
        subject);
  }
}
