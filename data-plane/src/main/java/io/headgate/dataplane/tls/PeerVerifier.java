package io.headgate.dataplane.tls;

import io.headgate.dataplane.tls.TlsFailure.Kind;
import io.headgate.xds.model.tls.CertificateValidation.PeerIdentity;
import io.headgate.xds.model.tls.SanMatcher;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks the certificates that peers show: first where they come from, then whose they are.
 *
 * <p><b>Errors:</b> a {@link TlsFailure}. <b>Thread:</b> any; in a handshake the connection's loop.
 */
final class PeerVerifier extends X509ExtendedTrustManager {
  private final SecretMaterial.@Nullable Validation validation;
  private final @Nullable CertificatePath path;

  private final boolean forServerName;

  /**
   * Makes a verifier.
   *
   * @param validation null takes every certificate
   * @param forServerName whether it must also be for the server name that was asked for
   */
  PeerVerifier(SecretMaterial.@Nullable Validation validation, boolean forServerName) {
    this.validation = validation;
    this.forServerName = forServerName;
    path =
        validation == null || validation.authorities().isEmpty()
            ? null
            : new CertificatePath(validation);
  }

  private void check(X509Certificate[] chain, boolean client, @Nullable String host)
      throws TlsFailure {
    SecretMaterial.Validation rules = validation;
    if (rules == null) {
      return;
    }
    try {
      if (path != null) {
        path.check(chain, client);
      }
      checkIdentity(chain[0], rules.rules().identity(), host);
    } catch (TlsFailure e) {
      if (!rules.rules().trust().acceptUntrusted()) {
        throw e;
      }
    }
  }

  private static void checkIdentity(
      X509Certificate leaf, PeerIdentity identity, @Nullable String host) throws TlsFailure {
    if (host != null) {
      if (!AlternativeNames.isFor(leaf, host)) {
        throw new TlsFailure(Kind.NAMES, "the certificate is not for " + host);
      }
    } else if (!identity.names().isEmpty() && !hasName(leaf, identity)) {
      throw new TlsFailure(Kind.NAMES, "no subject alternative name of the certificate fits");
    }
    if (identity.pins()
        && !identity.certificateHashes().contains(certificateHash(leaf))
        && !identity.spkiHashes().contains(spkiHash(leaf))) {
      throw new TlsFailure(Kind.HASH, "the certificate is none of those that are pinned");
    }
  }

  private static boolean hasName(X509Certificate leaf, PeerIdentity identity) {
    for (SanMatcher matcher : identity.names()) {
      if (AlternativeNames.matches(leaf, matcher)) {
        return true;
      }
    }
    return false;
  }

  private static String certificateHash(X509Certificate leaf) throws TlsFailure {
    try {
      return HexFormat.of().formatHex(sha256(leaf.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new TlsFailure(Kind.HASH, "unreadable certificate");
    }
  }

  private static String spkiHash(X509Certificate leaf) {
    return Base64.getEncoder().encodeToString(sha256(leaf.getPublicKey().getEncoded()));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws TlsFailure {
    check(chain, true, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws TlsFailure {
    check(chain, false, forServerName ? engine.getPeerHost() : null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) throws TlsFailure {
    check(chain, true, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) throws TlsFailure {
    check(chain, false, null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws TlsFailure {
    check(chain, true, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws TlsFailure {
    check(chain, false, null);
  }

  /** The authorities that a server tells its clients of. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    SecretMaterial.Validation rules = validation;
    return rules == null
        ? new X509Certificate[0]
        : rules.authorities().toArray(new X509Certificate[0]);
  }
}
