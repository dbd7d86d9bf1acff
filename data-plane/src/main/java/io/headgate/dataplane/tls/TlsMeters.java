package io.headgate.dataplane.tls;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Scope;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The meters of handshakes at a listener or towards a cluster, {@code ….ssl.*}, named as Envoy's.
 * Versions, suites and groups come from what BoringSSL knows, so their number is bounded. Each is
 * counted for the process as well, {@code headgate_tls.handshakes.*}, together with the type of the
 * server's key.
 *
 * <p><b>Thread:</b> any.
 */
public final class TlsMeters {
  /** Where the meters of the process begin. */
  public static final String HANDSHAKES = "headgate_tls";

  public static final String DOWNSTREAM = "downstream";
  public static final String UPSTREAM = "upstream";

  private final Scope scope;
  private final Counter handshakes;
  private final Counter reused;
  private final Counter noCertificate;
  private final Counter errors;
  private final Counter failNoCertificate;
  private final Counter failChain;
  private final Counter failNames;
  private final Counter failHash;
  private final Counter stapled;
  private final Counter stapleAsked;
  private final Counter stapleFailed;
  private final Counter stapleOmitted;
  private final Counter notReady;
  private final Counter updates;
  private final Scope all;
  private final Map<String, Counter> named = new ConcurrentHashMap<>();
  private final Set<String> certificates = new HashSet<>();

  /**
   * Makes the meters.
   *
   * @param owner of the listener or the cluster
   * @param server whether it is a listener
   */
  public TlsMeters(Scope owner, boolean server) {
    scope = owner.scope("ssl");
    all = owner.top(HANDSHAKES).scope("handshakes", "side", server ? DOWNSTREAM : UPSTREAM);
    handshakes = scope.counter("handshake");
    reused = scope.counter("session_reused");
    noCertificate = scope.counter("no_certificate");
    errors = scope.counter("connection_error");
    failNoCertificate = scope.counter("fail_verify_no_cert");
    failChain = scope.counter("fail_verify_error");
    failNames = scope.counter("fail_verify_san");
    failHash = scope.counter("fail_verify_cert_hash");
    stapled = scope.counter("ocsp_staple_responses");
    stapleAsked = scope.counter("ocsp_staple_requests");
    stapleFailed = scope.counter("ocsp_staple_failed");
    stapleOmitted = scope.counter("ocsp_staple_omitted");
    Scope factory = owner.scope(server ? "server_ssl_socket_factory" : "client_ssl_socket_factory");
    notReady =
        factory.counter(
            server ? "downstream_context_secrets_not_ready" : "upstream_context_secrets_not_ready");
    updates = factory.counter("ssl_context_update_by_sds");
  }

  /**
   * A handshake succeeded.
   *
   * @param server the server's certificate; null when it is not known
   */
  public void succeeded(SslHandler handler, @Nullable X509Certificate server) {
    handshakes.add();
    SSLEngine engine = handler.engine();
    SSLSession session = engine.getSession();
    count("versions", "version", session.getProtocol());
    count("ciphers", "cipher", cipher(engine));
    if (session instanceof OpenSslSession open) {
      if (!open.hasPeerCertificates()) {
        noCertificate.add();
      } else if (session.getProtocol().equals("TLSv1.3")) {
        countSignature(session);
      }
      String group = open.getNamedGroup();
      if (group != null && !group.isEmpty()) {
        count("curves", "group", group);
      }
    }
    if (server != null) {
      tally("key", KeyType.of(server.getPublicKey())).add();
    }
    if (isReused(engine)) {
      reused.add();
    }
  }

  /** The suite of a handshake that is over, as BoringSSL and Envoy call it. */
  public static String cipher(SSLEngine engine) {
    String name =
        engine instanceof ReferenceCountedOpenSslEngine open && open.refCnt() > 0
            ? SSL.getCipherForSSL(open.sslPointer())
            : null;
    return name == null || name.isEmpty() ? engine.getSession().getCipherSuite() : name;
  }

  /** Whether the engine's session was resumed. */
  public static boolean isReused(SSLEngine engine) {
    return engine instanceof ReferenceCountedOpenSslEngine open
        && open.refCnt() > 0
        && SSL.isSessionReused(open.sslPointer());
  }

  /** What the client asked for by SNI, null for nothing. */
  public static @Nullable String serverName(ReferenceCountedOpenSslEngine engine) {
    String name = engine.refCnt() > 0 ? SSL.getSniHostname(engine.sslPointer()) : null;
    return name == null || name.isEmpty() ? null : name.toLowerCase(Locale.ROOT);
  }

  /**
   * Counts how the peer has signed where its key leaves no choice (RFC 8446 §4.2.3): netty-tcnative
   * does not tell, so that keys of RSA are not counted.
   */
  private void countSignature(SSLSession session) {
    try {
      if (session.getPeerCertificates()[0] instanceof X509Certificate peer) {
        String algorithm =
            switch (KeyType.of(peer.getPublicKey())) {
              case "ecdsa_p256" -> "ecdsa_secp256r1_sha256";
              case "ecdsa_p384" -> "ecdsa_secp384r1_sha384";
              case "ecdsa_p521" -> "ecdsa_secp521r1_sha512";
              case "ed25519" -> "ed25519";
              default -> "";
            };
        if (!algorithm.isEmpty()) {
          named
              .computeIfAbsent(
                  "sigalgs." + algorithm, key -> scope.scope("sigalgs").counter(algorithm))
              .add();
        }
      }
    } catch (SSLPeerUnverifiedException _) {
      return; // the peer is there and not believed, which the check has counted
    }
  }

  private void count(String kind, String label, String name) {
    named.computeIfAbsent(kind + "." + name, key -> scope.scope(kind).counter(name)).add();
    tally(label, name).add();
  }

  private Counter tally(String label, String name) {
    return named.computeIfAbsent(
        "all." + label + "." + name,
        key -> all.counter(label + "." + name, "by_" + label, label, name));
  }

  /**
   * Shows when certificates expire, {@code certificate.<name>.expiration_unix_time_seconds}, and
   * forgets those that are not among them. <b>Thread:</b> the config thread.
   */
  public void certificates(List<CertificateFacts> facts) {
    Map<String, Long> ends = new HashMap<>();
    for (CertificateFacts one : facts) {
      for (X509Certificate certificate : one.chain()) {
        ends.merge(one.name(), certificate.getNotAfter().toInstant().getEpochSecond(), Math::min);
      }
    }
    for (String name : certificates) {
      if (!ends.containsKey(name)) {
        scope.forget("certificate." + name);
      }
    }
    certificates.clear();
    ends.forEach((name, end) -> {
      certificates.add(name);
      scope
          .scope("certificate", "envoy_tls_certificate", name)
          .gauge("expiration_unix_time_seconds")
          .set(end);
    });
  }

  /** A handshake failed; the peer or the network may be the reason. */
  public void failed(Throwable cause) {
    errors.add();
    TlsFailure failure = failureOf(cause);
    if (failure == null) {
      if (String.valueOf(cause.getMessage()).contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
        failNoCertificate.add();
      }
      return;
    }
    switch (failure.kind()) {
      case NO_CERTIFICATE -> failNoCertificate.add();
      case CHAIN -> failChain.add();
      case NAMES -> failNames.add();
      case HASH -> failHash.add();
    }
  }

  /** The failed check behind an error, null when there is none. */
  public static @Nullable TlsFailure failureOf(Throwable error) {
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (cause instanceof TlsFailure failure) {
        return failure;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** A connection came while a secret was missing. */
  public void notReady() {
    notReady.add();
  }

  /** A secret's new value is in force. */
  public void updated() {
    updates.add();
  }

  void staple(ServerTls.Stapling stapling) {
    switch (stapling) {
      case NOT_ASKED -> {}
      case SENT -> {
        stapleAsked.add();
        stapled.add();
      }
      case OMITTED -> {
        stapleAsked.add();
        stapleOmitted.add();
      }
      case FAILED -> stapleFailed.add();
    }
  }
}
