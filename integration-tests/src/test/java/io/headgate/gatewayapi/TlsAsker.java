package io.headgate.gatewayapi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import io.headgate.tls.Identity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTPS, each request on a connection of its own. Immutable.
 *
 * @param versions that it speaks; empty for all
 * @param alpn that it offers
 */
record TlsAsker(SSLContext context, List<String> versions, List<String> alpn) {
  /** A client without a certificate that trusts servers of an authority. */
  static TlsAsker anonymous(Authority trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(trusted), null);
      return new TlsAsker(context, List.of(), List.of("http/1.1"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trust in the certificates of an authority. */
  static TrustManager[] trust(Authority trusted) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "root",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(trusted.pem().getBytes(US_ASCII))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client that shows a certificate, whoever asks. */
  static TlsAsker with(Issued certificate) {
    return new TlsAsker(Identity.of(certificate), List.of(), List.of("http/1.1"));
  }

  TlsAsker versions(String... only) {
    return new TlsAsker(context, List.of(only), alpn);
  }

  TlsAsker alpn(String... offered) {
    return new TlsAsker(context, versions, List.of(offered));
  }

  /** Asks a host that is also the server name. */
  Answer get(String address, int port, String host) {
    return get(address, port, host, host);
  }

  /** Asks; the answer has status 0 when the connection was refused. */
  Answer get(String address, int port, String serverName, String host) {
    try (Socket plain = new Socket(address, port);
        SSLSocket socket = secured(plain, serverName)) {
      return Answer.exchange(
          socket, "GET / HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n");
    } catch (IOException e) {
      return new Answer(0, List.of(), String.valueOf(e.getMessage()));
    }
  }

  /** The protocol that the server chose; null when there was no handshake. */
  @Nullable String protocol(String address, int port, String serverName) {
    try (Socket plain = new Socket(address, port);
        SSLSocket socket = secured(plain, serverName)) {
      socket.startHandshake();
      return socket.getApplicationProtocol();
    } catch (IOException e) {
      return null;
    }
  }

  /** The OCSP responses that the server showed; null when there was no handshake. */
  @Nullable List<byte[]> staples(String address, int port, String serverName) {
    try (Socket plain = new Socket(address, port);
        SSLSocket socket = secured(plain, serverName)) {
      socket.startHandshake();
      return ((ExtendedSSLSession) socket.getSession()).getStatusResponses();
    } catch (IOException e) {
      return null;
    }
  }

  private SSLSocket secured(Socket plain, String serverName) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(plain, serverName, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    parameters.setApplicationProtocols(alpn.toArray(String[]::new));
    if (!versions.isEmpty()) {
      parameters.setProtocols(versions.toArray(String[]::new));
    }
    socket.setSSLParameters(parameters);
    return socket;
  }
}
