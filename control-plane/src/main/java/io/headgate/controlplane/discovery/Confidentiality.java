package io.headgate.controlplane.discovery;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Says whether keys may be sent over a connection: the client showed a certificate that was
 * verified, or is on this host.
 *
 * <p>Thread: any; stateless.
 */
final class Confidentiality {
  private Confidentiality() {}

  static boolean of(Attributes attributes) {
    SSLSession tls = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (tls != null) {
      try {
        return tls.getPeerCertificates().length > 0;
      } catch (SSLPeerUnverifiedException e) {
        return false;
      }
    }
    SocketAddress peer = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return peer instanceof InetSocketAddress address
        && address.getAddress() != null
        && address.getAddress().isLoopbackAddress();
  }
}
