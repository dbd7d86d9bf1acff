package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.PeerCertificate;
import io.headgate.dataplane.proxyprotocol.ProxyHeader;
import io.headgate.dataplane.tcpproxy.TcpConnection;
import io.headgate.dataplane.tcpproxy.TcpTemplate;
import io.headgate.dataplane.tls.ClientHello;
import io.headgate.dataplane.tls.ServerTls;
import io.headgate.dataplane.tls.ServerTlsSlot;
import io.headgate.dataplane.tls.TlsMeters;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;
import io.headgate.xds.model.listener.ProxyProtocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.SocketAddress;
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
    new Opening(channel, config).begin();
  }

  private void closed() {
    listener.meters().active.sub();
    listener.meters().destroyed.add();
  }

  /**
   * One connection on its way through listener filters, chain and TLS.
   *
   * <pre>
   *   accepted --PROXY header--> addressed --ClientHello--> chosen --handshake--> open
   *      each step is left out where the config does not ask for it; each may close the connection
   * </pre>
   */
  private final class Opening {
    private final Channel channel;
    private final PreparedListener config;
    private final FilterClock clock;
    private SocketAddress remote;
    private SocketAddress local;
    private ConnectionInfo.@Nullable Proxied proxied;
    private @Nullable ClientHello hello;

    Opening(Channel channel, PreparedListener config) {
      this.channel = channel;
      this.config = config;
      remote = channel.remoteAddress();
      local = channel.localAddress();
      clock =
          new FilterClock(
              channel, config.value.options().accept(), listener.meters().filterTimeouts);
    }

    void begin() {
      ProxyProtocol filter = config.value.options().accept().proxyProtocol();
      ProxyProtocolMeters meters = config.proxyMeters;
      if (filter == null || meters == null) {
        addressed();
        return;
      }
      channel
          .pipeline()
          .addLast(
              new ProxyProtocolInspector(
                  filter,
                  meters,
                  clock,
                  header -> {
                    if (header != null) {
                      believe(filter, header);
                    }
                    addressed();
                  }));
    }

    private void believe(ProxyProtocol filter, ProxyHeader header) {
      proxied = ProxiedFacts.of(filter, header, remote);
      ProxyHeader.Ends ends = header.ends();
      if (ends != null) {
        remote = ends.source();
        local = ends.destination();
      }
    }

    /** Who the client is is known. */
    private void addressed() {
      if (!admission.admit(channel, config, remote)) {
        return;
      }
      if (config.needsFirstBytes()) {
        inspect(this::choose);
      } else {
        choose();
      }
    }

    private void inspect(Runnable then) {
      channel
          .pipeline()
          .addLast(
              new HelloInspector(
                  listener.meters().inspector,
                  clock,
                  found -> {
                    hello = found;
                    then.run();
                  }));
    }

    private void choose() {
      LiveChain chain =
          config.find(
              new ChainTree.Facts(
                  local,
                  remote,
                  channel.remoteAddress(),
                  hello != null,
                  hello == null ? null : hello.serverName(),
                  hello == null ? List.of() : hello.alpn()));
      if (chain == null) {
        listener.meters().noChain.add();
        var _ = channel.close();
        return;
      }
      if (chain.limit != null && !chain.limit.admit(channel)) {
        clock.stop();
        return;
      }
      ServerTlsSlot slot = chain.tls;
      if (slot == null) {
        clock.stop();
        open(chain, null);
        return;
      }
      ServerTls tls = slot.current();
      if (tls == null) {
        // Never clear text in its place: the peer was promised TLS.
        listener.meters().tls.notReady();
        var _ = channel.close();
      } else if (hello == null && !config.needsFirstBytes() && tls.needsHello()) {
        inspect(() -> secure(chain, tls));
      } else {
        secure(chain, tls);
      }
    }

    private void secure(LiveChain chain, ServerTls tls) {
      clock.stop();
      ServerTls.Opening opening =
          tls.newHandler(
              channel.alloc(),
              hello,
              config
                  .services
                  .pressure()
                  .scaled(
                      Timer.TRANSPORT_SOCKET_CONNECT,
                      chain.value.transportSocketConnectTimeout().toNanos()),
              listener.meters().tls);
      if (opening == null) {
        listener.meters().tls.failed(NO_CERTIFICATE_FITS);
        var _ = channel.close();
        return;
      }
      Secured secured = new Secured(chain, tls, hello);
      channel.pipeline().addLast(opening.handler(), new AfterHandshake(this, secured, opening));
    }

    private void open(LiveChain chain, ConnectionInfo.@Nullable Tls tls) {
      ConnectionInfo info =
          new ConnectionInfo(
              IDS.incrementAndGet(),
              remote,
              local,
              tls,
              proxied,
              hello == null ? null : hello.serverName());
      switch (chain.terminal) {
        case LiveChain.Terminal.Http(Current<HcmGeneration> generation) ->
            opener.open(channel, new HttpOpener.HttpChain(chain, generation), info);
        case LiveChain.Terminal.Tcp(Current<TcpTemplate> template) -> {
          TcpConnection connection =
              TcpConnection.open(template.get(), channel, info, chain.value.name());
          chain.opened(connection);
          channel.closeFuture().addListener(_ -> chain.closed(connection));
          connection.start();
        }
      }
    }
  }

  /** A chain with TLS, and what the client has said so far. */
  private record Secured(LiveChain chain, ServerTls tls, @Nullable ClientHello hello) {}

  /** Waits for the handshake, then puts the codec in its own place. */
  private final class AfterHandshake extends ChannelInboundHandlerAdapter {
    private final Opening connection;
    private final Secured secured;
    private final ServerTls.Opening opening;

    AfterHandshake(Opening connection, Secured secured, ServerTls.Opening opening) {
      this.connection = connection;
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
        listener.meters().tls.succeeded(opening.handler(), opening.shown());
        connection.open(secured.chain, facts(secured, opening));
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
        TlsMeters.cipher(opening.handler().engine()),
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
