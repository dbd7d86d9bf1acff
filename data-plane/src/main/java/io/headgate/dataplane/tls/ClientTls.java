package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards a cluster with the secrets of one moment. Immutable but for the sessions that it
 * remembers, by server name, to resume them.
 *
 * <p><b>Thread:</b> made by the config thread, used by all loops.
 */
public final class ClientTls {
  /** Sessions are kept by name, whichever endpoint they were made with. */
  private static final int SESSION_PORT = 443;

  private final ReferenceCountedOpenSslContext any;
  private final ReferenceCountedOpenSslContext forServerName;
  private final List<CertificateFacts> facts;

  private ClientTls(
      ReferenceCountedOpenSslContext any,
      ReferenceCountedOpenSslContext forServerName,
      List<CertificateFacts> facts) {
    this.any = any;
    this.forServerName = forServerName;
    this.facts = facts;
  }

  /**
   * Makes the contexts.
   *
   * @param alpn what is offered when the config names no protocols
   * @return null while a secret is missing
   * @throws IllegalArgumentException when the secrets do not make sense; the message names the
   *     field
   */
  public static @Nullable ClientTls of(UpstreamTls config, SecretLookup secrets, String alpn) {
    List<SecretMaterial.Certificate> own = TlsContexts.certificates(config.settings(), secrets);
    if (own == null || !TlsContexts.hasValidation(config.settings(), secrets)) {
      return null;
    }
    SecretMaterial.Validation validation = TlsContexts.validation(config.settings(), secrets);
    return new ClientTls(
        context(config, own, validation, alpn, false),
        context(config, own, validation, alpn, true),
        TlsContexts.facts(config.settings(), own, validation));
  }

  private static ReferenceCountedOpenSslContext context(
      UpstreamTls config,
      List<SecretMaterial.Certificate> own,
      SecretMaterial.@Nullable Validation validation,
      String alpn,
      boolean forServerName) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .trustManager(new PeerVerifier(validation, forServerName))
            .endpointIdentificationAlgorithm(null);
    if (!own.isEmpty()) {
      builder.keyManager(new OwnKey(own.getFirst()));
    }
    List<String> offered =
        config.settings().alpnProtocols().isEmpty()
            ? List.of(alpn)
            : config.settings().alpnProtocols();
    ReferenceCountedOpenSslContext context =
        TlsContexts.build(
            TlsContexts.common(builder, config.settings().parameters(), false, offered),
            config.settings().parameters(),
            "TLS context");
    OpenSslSessionContext sessions = context.sessionContext();
    sessions.setSessionCacheEnabled(config.maxSessionKeys() > 0);
    if (config.maxSessionKeys() > 0) {
      sessions.setSessionCacheSize(config.maxSessionKeys());
    }
    return context;
  }

  /** The certificate that a backend has shown, null when there is none. */
  public static @Nullable X509Certificate shown(SslHandler handler) {
    try {
      return handler.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate own
          ? own
          : null;
    } catch (SSLPeerUnverifiedException _) {
      return null; // the context checks none
    }
  }

  /** The certificates in use, for the admin interface. */
  public List<CertificateFacts> facts() {
    return facts;
  }

  /**
   * Returns the handler of a new connection.
   *
   * @param serverName sent, null for none
   * @param mustBeFor whether the certificate must be for that name
   */
  public SslHandler newHandler(
      ByteBufAllocator allocator,
      @Nullable String serverName,
      boolean mustBeFor,
      long handshakeMillis) {
    ReferenceCountedOpenSslContext context = mustBeFor && serverName != null ? forServerName : any;
    SslHandler handler =
        serverName == null
            ? context.newHandler(allocator)
            : context.newHandler(allocator, serverName, SESSION_PORT);
    handler.setHandshakeTimeout(handshakeMillis, TimeUnit.MILLISECONDS);
    return handler;
  }
}
