package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.DownstreamTls.OcspPolicy;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SessionRules;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * TLS termination of a filter chain with the secrets of one moment. Immutable.
 *
 * <p>There is one context for each certificate; the client's hello decides: the certificate whose
 * names fit the server name that it asks for, and of those the first that it can check, ECDSA
 * before RSA. Of the protocols that the config offers, {@code h2} and {@code http/1.1} are
 * negotiated, in its order; a client that offers neither goes on without a protocol, as in Envoy.
 *
 * <p>Sessions are resumed only where listener, chain, certificate and the rules for client
 * certificates are the same: a hash of them is sealed into every session.
 *
 * <p><b>Thread:</b> made by the config thread, used by all loops.
 */
public final class ServerTls {
  private static final Set<String> KNOWN = Set.of("h2", "http/1.1");
  private static final long DEFAULT_SESSION_SECONDS = TimeUnit.HOURS.toSeconds(2);
  private static final int SESSION_CACHE = 20_000;

  private final DownstreamTls config;
  private final List<Identity> identities;
  private final boolean mutual;
  private final List<CertificateFacts> facts;
  private final @Nullable String ranked;

  /**
   * A handshake that begins.
   *
   * @param shown the own certificate
   */
  public record Opening(SslHandler handler, X509Certificate shown) {}

  /** What became of an OCSP response. */
  enum Stapling {
    NOT_ASKED,
    SENT,
    OMITTED,
    FAILED
  }

  /** A certificate and its context. */
  private record Identity(
      SecretMaterial.Certificate certificate, ReferenceCountedOpenSslContext context) {
    boolean isEcdsa() {
      return certificate.leaf().getPublicKey() instanceof ECPublicKey;
    }

    /** RFC 7633: who sees it must insist on a staple. */
    boolean isMustStaple() {
      return certificate.leaf().getExtensionValue("1.3.6.1.5.5.7.1.24") != null;
    }

    boolean canBeCheckedBy(@Nullable ClientHello hello) {
      return hello == null
          || !(certificate.leaf().getPublicKey() instanceof ECPublicKey key)
          || hello.takesEcdsa(key.getParams().getCurve().getField().getFieldSize());
    }
  }

  private ServerTls(
      DownstreamTls config,
      List<Identity> identities,
      boolean mutual,
      List<CertificateFacts> facts) {
    this.config = config;
    this.identities = identities;
    this.mutual = mutual;
    this.facts = facts;
    this.ranked = TlsContexts.ranked(config.settings().parameters());
  }

  /**
   * Makes the contexts.
   *
   * @param place the listener and the chain, which no session leaves
   * @param ownKeys ticket keys when the config has none
   * @return null while a secret is missing
   * @throws IllegalArgumentException when the secrets do not make sense; the message names the
   *     field
   */
  public static @Nullable ServerTls of(
      DownstreamTls config, SecretLookup secrets, String place, OwnTicketKeys ownKeys) {
    List<SecretMaterial.Certificate> certificates =
        TlsContexts.certificates(config.settings(), secrets);
    List<OpenSslSessionTicketKey> tickets = tickets(config.sessions(), secrets, ownKeys);
    if (certificates == null
        || tickets == null
        || !TlsContexts.hasValidation(config.settings(), secrets)) {
      return null;
    }
    SecretMaterial.Validation validation = TlsContexts.validation(config.settings(), secrets);
    if (config.requireClientCertificate() && validation == null) {
      throw new IllegalArgumentException(
          "require_client_certificate needs a trusted_ca in the validation context");
    }
    List<Identity> identities = new ArrayList<>();
    for (SecretMaterial.Certificate certificate : certificates) {
      identities.add(
          new Identity(certificate, context(config, certificate, validation, tickets, place)));
    }
    identities.sort((a, b) -> Boolean.compare(b.isEcdsa(), a.isEcdsa()));
    return new ServerTls(
        config,
        List.copyOf(identities),
        validation != null,
        TlsContexts.facts(config.settings(), certificates, validation));
  }

  private static @Nullable List<OpenSslSessionTicketKey> tickets(
      SessionRules rules, SecretLookup secrets, OwnTicketKeys ownKeys) {
    SecretRef ref = rules.ticketKeys();
    if (ref == null) {
      return rules.stateless() ? ownKeys.keys() : List.of();
    }
    SecretMaterial material = secrets.find(ref);
    if (material == null) {
      return null;
    }
    if (material instanceof SecretMaterial.Tickets tickets) {
      return tickets.keys();
    }
    throw new IllegalArgumentException(TlsContexts.nameOf(ref) + " holds no session_ticket_keys");
  }

  private static ReferenceCountedOpenSslContext context(
      DownstreamTls config,
      SecretMaterial.Certificate certificate,
      SecretMaterial.@Nullable Validation validation,
      List<OpenSslSessionTicketKey> tickets,
      String place) {
    SslContextBuilder builder =
        SslContextBuilder.forServer(certificate.key(), certificate.chain())
            .enableOcsp(certificate.staple() != null)
            .sessionTimeout(
                config.sessions().timeout().isZero()
                    ? DEFAULT_SESSION_SECONDS
                    : config.sessions().timeout().toSeconds())
            .sessionCacheSize(SESSION_CACHE)
            .trustManager(new PeerVerifier(validation, false))
            .clientAuth(
                validation == null
                    ? ClientAuth.NONE
                    : config.requireClientCertificate() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    ReferenceCountedOpenSslContext context =
        TlsContexts.build(
            TlsContexts.common(
                builder,
                config.settings().parameters(),
                true,
                offered(config.settings().alpnProtocols())),
            config.settings().parameters(),
            certificate.toString());
    OpenSslServerSessionContext sessions = (OpenSslServerSessionContext) context.sessionContext();
    if (!sessions.setSessionIdContext(SessionScope.of(place, config, certificate, validation))) {
      throw new IllegalStateException("BoringSSL takes no session id context");
    }
    sessions.setSessionCacheEnabled(config.sessions().stateful());
    if (!tickets.isEmpty()) {
      sessions.setTicketKeys(tickets.toArray(new OpenSslSessionTicketKey[0]));
    }
    return context;
  }

  private static List<String> offered(List<String> protocols) {
    return protocols.stream().filter(KNOWN::contains).toList();
  }

  /** Puts newer keys in the place of generated ones. */
  void ticketKeys(List<OpenSslSessionTicketKey> keys) {
    for (Identity identity : identities) {
      ((OpenSslServerSessionContext) identity.context().sessionContext())
          .setTicketKeys(keys.toArray(new OpenSslSessionTicketKey[0]));
    }
  }

  /** Whether client certificates are asked for. */
  public boolean isMutual() {
    return mutual;
  }

  /** Whether the first bytes have to be read before a handler can be made. */
  public boolean needsHello() {
    return identities.size() > 1 || config.requireSni() || hasStaple();
  }

  private boolean hasStaple() {
    return config.ocsp() != OcspPolicy.LENIENT
        || identities.stream()
            .anyMatch(
                identity -> identity.certificate().staple() != null || identity.isMustStaple());
  }

  /** What clients may use. */
  public Allowance allowance() {
    return TlsContexts.allowance(config.settings().parameters(), true);
  }

  /** The certificates in use, for the admin interface. */
  public List<CertificateFacts> facts() {
    return facts;
  }

  /**
   * Returns the handler of a new connection, null when the hello or the policy allows none.
   *
   * @param hello null when nobody looked
   */
  public @Nullable Opening newHandler(
      ByteBufAllocator allocator,
      @Nullable ClientHello hello,
      long handshakeNanos,
      TlsMeters meters) {
    if (config.requireSni() && (hello == null || hello.serverName() == null)) {
      return null;
    }
    Identity identity = choose(hello);
    Stapling stapling = stapling(identity, hello);
    meters.staple(stapling);
    if (stapling == Stapling.FAILED) {
      return null;
    }
    SslHandler handler = identity.context().newHandler(allocator);
    if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
      OcspStaple staple = identity.certificate().staple();
      if (stapling == Stapling.SENT && staple != null) {
        engine.setOcspResponse(staple.der());
      }
      rank(engine);
      if (!config.sessions().stateless()) {
        // Without keys BoringSSL makes some of its own.
        SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
      }
      if (config.preferClientCiphers()) {
        SSL.clearOptions(engine.sslPointer(), SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
      }
    }
    handler.setHandshakeTimeout(
        handshakeNanos > 0 ? handshakeNanos : TimeUnit.SECONDS.toNanos(15), TimeUnit.NANOSECONDS);
    return new Opening(handler, identity.certificate().leaf());
  }

  private void rank(ReferenceCountedOpenSslEngine engine) {
    if (ranked == null) {
      return;
    }
    try {
      SSL.setCipherSuites(engine.sslPointer(), ranked, false);
    } catch (Exception e) { // all that tcnative declares; the list was checked with the config
      throw new IllegalStateException("cipher_suites: " + ranked + ": " + e.getMessage(), e);
    }
  }

  private Stapling stapling(Identity identity, @Nullable ClientHello hello) {
    OcspStaple staple = identity.certificate().staple();
    boolean valid = staple != null && staple.isValidAt(Instant.now());
    if (hello == null || !hello.asksForStaple()) {
      return Stapling.NOT_ASKED;
    }
    if (valid) {
      return Stapling.SENT;
    }
    return switch (identity.isMustStaple() ? OcspPolicy.MUST_STAPLE : config.ocsp()) {
      case LENIENT -> Stapling.OMITTED;
      case STRICT -> staple == null ? Stapling.OMITTED : Stapling.FAILED;
      case MUST_STAPLE -> Stapling.FAILED;
    };
  }

  /** The first certificate for the name that the client can check; else any that it can. */
  private Identity choose(@Nullable ClientHello hello) {
    String name = hello == null ? null : hello.serverName();
    Identity any = null;
    for (Identity identity : identities) {
      if (identity.canBeCheckedBy(hello)) {
        if (name == null || AlternativeNames.isFor(identity.certificate().leaf(), name)) {
          return identity;
        }
        any = any == null ? identity : any;
      }
    }
    return any == null ? identities.getFirst() : any;
  }
}
