package io.headgate.dataplane.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A client and a server of TLS in one thread, with no network between them. */
final class Meeting implements AutoCloseable {
  private final SslHandler server;
  private final SslHandler client;
  private final EmbeddedChannel serverEnd;
  private final EmbeddedChannel clientEnd;

  Meeting(SslHandler server, SslHandler client) {
    this.server = server;
    this.client = client;
    serverEnd = new EmbeddedChannel(server);
    clientEnd = new EmbeddedChannel(client);
    for (int i = 0; i < 30; i++) {
      carry(clientEnd, serverEnd);
      carry(serverEnd, clientEnd);
    }
  }

  private static void carry(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    ByteBuf bytes;
    while ((bytes = from.readOutbound()) != null) {
      if (to.isOpen()) {
        try {
          to.writeInbound(bytes);
        } catch (Exception _) {
          continue; // the handshake's future has the reason
        }
      } else {
        bytes.release();
      }
    }
  }

  /** Whether both ends found the other good. */
  boolean succeeded() {
    return server.handshakeFuture().isSuccess() && client.handshakeFuture().isSuccess();
  }

  /** Why the server refused the client, null when it did not. */
  @Nullable TlsFailure serverFailure() {
    return server.handshakeFuture().cause() == null
        ? null
        : TlsMeters.failureOf(server.handshakeFuture().cause());
  }

  /** Why the client refused the server, null when it did not. */
  @Nullable TlsFailure clientFailure() {
    return client.handshakeFuture().cause() == null
        ? null
        : TlsMeters.failureOf(client.handshakeFuture().cause());
  }

  boolean reused() {
    return TlsMeters.isReused(server.engine());
  }

  X509Certificate shown() throws SSLPeerUnverifiedException {
    Certificate[] chain = client.engine().getSession().getPeerCertificates();
    return (X509Certificate) chain[0];
  }

  String version() {
    return client.engine().getSession().getProtocol();
  }

  /** Sends something each way, which carries tickets. */
  void talk() {
    serverEnd.writeOutbound(Unpooled.wrappedBuffer(new byte[] {1}));
    clientEnd.writeOutbound(Unpooled.wrappedBuffer(new byte[] {2}));
    for (int i = 0; i < 5; i++) {
      carry(clientEnd, serverEnd);
      carry(serverEnd, clientEnd);
    }
  }

  @Override
  public void close() {
    for (EmbeddedChannel end : new EmbeddedChannel[] {clientEnd, serverEnd}) {
      try {
        end.finishAndReleaseAll();
      } catch (RuntimeException _) {
        end.releaseOutbound();
      }
    }
  }
}
