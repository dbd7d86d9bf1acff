package io.headgate.dataplane.listener;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.PeerCertificate;
import io.headgate.dataplane.tls.ClientHello;
import io.headgate.dataplane.tls.ServerTls;
import io.headgate.dataplane.tls.ServerTlsSlot;
import io.headgate.dataplane.tls.TlsMeters;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
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
  private static final SSLException NO_CERTIFICATE_FITS =
      new SSLException("no certificate may be shown to this client");

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
                  listener.meters().inspector,
                  listener.meters().filterTimeouts,
                  hello -> choose(channel, config, hello)));
    } else {
      choose(channel, config, null);
    }
  }

  private void closed() {
    listener.meters().active.sub();
    listener.meters().destroyed.add();
  }

  private void choose(Channel channel, PreparedListener config, @Nullable ClientHello hello) {
    LiveChain chain =
        ChainMatcher.find(
            config,
            new ChainMatcher.Facts(
                (InetSocketAddress) channel.localAddress(),
                (InetSocketAddress) channel.remoteAddress(),
                hello != null,
                hello == null ? null : hello.serverName(),
                hello == null ? List.of() : hello.alpn()));
    if (chain == null) {
      listener.meters().noChain.add();
      var _ = channel.close();
      return;
    }
    ServerTlsSlot slot = chain.tls;
    if (slot == null) {
      openHttp(channel, chain, null);
      return;
    }
    ServerTls tls = slot.current();
    if (tls == null) {
      // Never clear text in its place: the peer was promised TLS.
      listener.meters().tls.notReady();
      var _ = channel.close();
    } else if (hello == null && !config.value.options().tlsInspector() && tls.needsHello()) {
      channel
          .pipeline()
          .addLast(
              new HelloInspector(
                  config.value.options().accept(),
                  listener.meters().inspector,
                  listener.meters().filterTimeouts,
                  read -> secure(channel, config, new Secured(chain, tls, read))));
    } else {
      secure(channel, config, new Secured(chain, tls, hello));
    }
  }

  /** A chain with TLS, and what the client has said so far. */
  private record Secured(LiveChain chain, ServerTls tls, @Nullable ClientHello hello) {}

  private void secure(Channel channel, PreparedListener config, Secured secured) {
    ServerTls.Opening opening =
        secured.tls.newHandler(
            channel.alloc(),
            secured.hello,
            config
                .services
                .pressure()
                .scaled(
                    Timer.TRANSPORT_SOCKET_CONNECT,
                    secured.chain.value.transportSocketConnectTimeout().toNanos()),
            listener.meters().tls);
    if (opening == null) {
      listener.meters().tls.failed(NO_CERTIFICATE_FITS);
      var _ = channel.close();
      return;
    }
    channel.pipeline().addLast(opening.handler(), new AfterHandshake(secured, opening));
  }

  private void openHttp(Channel channel, LiveChain chain, ConnectionInfo.@Nullable Tls tls) {
    ConnectionInfo info =
        new ConnectionInfo(
            IDS.incrementAndGet(), channel.remoteAddress(), channel.localAddress(), tls);
    opener.open(channel, chain, info);
  }

  /** Waits for the handshake, then puts the codec in its own place. */
  private final class AfterHandshake extends ChannelInboundHandlerAdapter {
    private final Secured secured;
    private final ServerTls.Opening opening;

    AfterHandshake(Secured secured, ServerTls.Opening opening) {
      this.secured = secured;
      this.opening = opening;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent done)) {
        ctx.fireUserEventTriggered(event);
        return;
      }
      if (done.isSuccess()) {
        listener.meters().tls.succeeded(opening.handler());
        openHttp(ctx.channel(), secured.chain, facts(secured, opening));
        ctx.pipeline().remove(this);
      } else {
        if (done.cause() instanceof SslHandshakeTimeoutException) {
          listener.meters().handshakeTimeouts.add();
        } else {
          listener.meters().tls.failed(done.cause());
        }
        var _ = ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }

  private static ConnectionInfo.Tls facts(Secured secured, ServerTls.Opening opening) {
    SSLSession session = opening.handler().engine().getSession();
    return new ConnectionInfo.Tls(
        session.getProtocol(),
        session.getCipherSuite(),
        secured.hello == null ? sentName(opening.handler()) : secured.hello.serverName(),
        opening.handler().applicationProtocol(),
        secured.tls.isMutual() ? peer(session) : null,
        secured.tls.isMutual(),
        opening.shown());
  }

  /** The server name that nobody has looked for before the handshake. */
  private static @Nullable String sentName(SslHandler handler) {
    return handler.engine() instanceof ReferenceCountedOpenSslEngine engine
        ? TlsMeters.serverName(engine)
        : null;
  }

  private static @Nullable PeerCertificate peer(SSLSession session) {
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
      return chain.isEmpty() ? null : new PeerCertificate(chain);
    } catch (SSLPeerUnverifiedException _) {
      return null; // the client showed no certificate
    }
  }
}
