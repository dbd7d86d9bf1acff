package io.headgate.dataplane.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a downstream connection: addresses and, after the handshake, TLS facts.
 *
 * <p><b>Thread:</b> written by the connection's event loop before the first stream, constant
 * afterwards.
 */
public final class ConnectionInfo {
  private final long id;
  private final SocketAddress remote;
  private final SocketAddress local;
  private final String remoteText;
  private final String remoteHost;
  private final String localText;
  private final @Nullable Tls tls;

  /**
   * TLS facts of a connection.
   *
   * @param version for example {@code TLSv1.3}
   * @param serverName what the client asked for by SNI
   * @param peer the certificate that the client has shown; null without one
   * @param mutual whether the chain asks clients for certificates
   * @param own the certificate that the client was shown
   */
  public record Tls(
      String version,
      String cipher,
      @Nullable String serverName,
      @Nullable String alpn,
      @Nullable PeerCertificate peer,
      boolean mutual,
      @Nullable X509Certificate own) {
    /** Facts of a connection that asks clients for no certificate. */
    public Tls(String version, String cipher, @Nullable String serverName, @Nullable String alpn) {
      this(version, cipher, serverName, alpn, null, false, null);
    }
  }

  /** Makes the facts of one connection. */
  public ConnectionInfo(long id, SocketAddress remote, SocketAddress local, @Nullable Tls tls) {
    this.id = id;
    this.remote = remote;
    this.local = local;
    this.remoteText = text(remote);
    this.remoteHost = host(remote);
    this.localText = text(local);
    this.tls = tls;
  }

  /** Returns a number that is unique within the process. */
  public long id() {
    return id;
  }

  public SocketAddress remote() {
    return remote;
  }

  public SocketAddress local() {
    return local;
  }

  /** Returns the peer as {@code address:port}. */
  public String remoteText() {
    return remoteText;
  }

  /** Returns the peer's address without its port. */
  public String remoteHost() {
    return remoteHost;
  }

  /** Returns the own side as {@code address:port}. */
  public String localText() {
    return localText;
  }

  /** Returns the TLS facts, null on a clear connection. */
  public @Nullable Tls tls() {
    return tls;
  }

  /** Writes an address as Envoy does: {@code 1.2.3.4:80}, {@code [::1]:80}. */
  public static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = host(address);
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
    return address.toString();
  }

  /** Returns an address without its port. */
  public static String host(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = inet.getAddress().getHostAddress();
      int zone = host.indexOf('%');
      return zone < 0 ? host : host.substring(0, zone);
    }
    return address.toString();
  }
}
