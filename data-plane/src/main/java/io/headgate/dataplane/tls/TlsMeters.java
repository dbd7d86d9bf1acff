package io.headgate.dataplane.tls;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Scope;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The meters of handshakes at a listener or towards a cluster, {@code ….ssl.*}, named as Envoy's.
 * Versions, suites and groups come from what BoringSSL knows, so their number is bounded.
 *
 * <p><b>Thread:</b> any.
 */
public final class TlsMeters {
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
  private final Map<String, Counter> named = new ConcurrentHashMap<>();

  /**
   * Makes the meters.
   *
   * @param owner of the listener or the cluster
   * @param server whether it is a listener
   */
  public TlsMeters(Scope owner, boolean server) {
    scope = owner.scope("ssl");
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

  /** A handshake succeeded. */
  public void succeeded(SslHandler handler) {
    handshakes.add();
    SSLEngine engine = handler.engine();
    SSLSession session = engine.getSession();
    count("versions", session.getProtocol());
    count("ciphers", session.getCipherSuite());
    if (session instanceof OpenSslSession open) {
      if (!open.hasPeerCertificates()) {
        noCertificate.add();
      }
      String group = open.getNamedGroup();
      if (group != null && !group.isEmpty()) {
        count("curves", group);
      }
    }
    if (isReused(engine)) {
      reused.add();
    }
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

  private void count(String kind, String name) {
    named.computeIfAbsent(kind + "." + name, key -> scope.scope(kind).counter(name)).add();
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
