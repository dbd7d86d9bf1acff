package io.headgate.dataplane.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
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
  private final @Nullable Proxied proxied;
  private final @Nullable String serverName;

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

  /**
   * What came with a PROXY header, or was meant by its absence.
   *
   * @param direct the peer itself
   * @param values those that hosts may be told
   * @param metadata values by the name space and key that the config gives them
   */
  public record Proxied(
      SocketAddress direct, List<Tlv> values, Map<String, Map<String, String>> metadata) {}

  /** Makes the facts of a connection whose peer is the client. */
  public ConnectionInfo(long id, SocketAddress remote, SocketAddress local, @Nullable Tls tls) {
    this(id, remote, local, tls, null, null);
  }

  /**
   * Makes the facts of one connection.
   *
   * @param remote the client, as the peer says or is
   * @param local where the client went to
   * @param proxied null when the peer is the client
   * @param hello the server name of a ClientHello that is not answered here; null for none
   */
  public ConnectionInfo(
      long id,
      SocketAddress remote,
      SocketAddress local,
      @Nullable Tls tls,
      @Nullable Proxied proxied,
      @Nullable String hello) {
    this.id = id;
    this.remote = remote;
    this.local = local;
    this.remoteText = text(remote);
    this.remoteHost = host(remote);
    this.localText = text(local);
    this.tls = tls;
    this.proxied = proxied;
    this.serverName = tls == null ? hello : tls.serverName();
  }

  /** Returns a number that is unique within the process. */
  public long id() {
    return id;
  }

  /** Returns the client: what a PROXY header says, else the peer. */
  public SocketAddress remote() {
    return remote;
  }

  public SocketAddress local() {
    return local;
  }

  /** Returns the client as {@code address:port}. */
  public String remoteText() {
    return remoteText;
  }

  /** Returns the client's address without its port. */
  public String remoteHost() {
    return remoteHost;
  }

  /** Returns the own side as {@code address:port}. */
  public String localText() {
    return localText;
  }

  /** Returns the peer itself, whatever it says of its client. */
  public SocketAddress direct() {
    return proxied == null ? remote : proxied.direct();
  }

  /** Returns what came with a PROXY header, null when the peer is the client. */
  public @Nullable Proxied proxied() {
    return proxied;
  }

  /** Returns the server that the client asked for by SNI, null when it asked for none. */
  public @Nullable String serverName() {
    return serverName;
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
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? host(inet.getAddress())
        : address.toString();
  }

  /** Writes an IP address, an IPv6 one in its short form. Spec: RFC 5952. */
  public static String host(InetAddress address) {
    return NetUtil.toAddressString(address);
  }
}
