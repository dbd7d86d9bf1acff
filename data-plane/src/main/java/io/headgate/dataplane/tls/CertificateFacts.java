package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.SecretRef;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Certificates in use that came together: an own one with its chain, or the authorities of a file.
 * Immutable.
 *
 * @param kind what they are for
 * @param name of the secret; where it has none, a part of the first certificate's hash
 * @param stapleEnds until when its OCSP response holds; null when there is none
 */
public record CertificateFacts(
    Kind kind, String name, List<X509Certificate> chain, @Nullable Instant stapleEnds) {
  /** What certificates are for. */
  public enum Kind {
    /** Shown to peers. */
    OWN,
    /** Peers' certificates come from them. */
    AUTHORITY
  }

  private static final int FINGERPRINT = 4;

  public CertificateFacts {
    chain = List.copyOf(chain);
  }

  /** Certificates without an OCSP response. */
  public CertificateFacts(Kind kind, String name, List<X509Certificate> chain) {
    this(kind, name, chain, null);
  }

  /** Own certificates of a context. */
  public static CertificateFacts own(SecretRef from, SecretMaterial.Certificate certificate) {
    return new CertificateFacts(
        Kind.OWN,
        nameOf(from, "unnamed_cert", certificate.leaf()),
        certificate.chain(),
        certificate.staple() == null ? null : certificate.staple().nextUpdate());
  }

  /** Authorities of a context. */
  public static CertificateFacts authorities(SecretRef from, SecretMaterial.Validation validation) {
    return new CertificateFacts(
        Kind.AUTHORITY,
        nameOf(from, "unnamed_ca_cert", validation.authorities().getFirst()),
        validation.authorities());
  }

  private static String nameOf(SecretRef ref, String otherwise, X509Certificate first) {
    return switch (ref) {
      case SecretRef.Own _ -> otherwise + "_" + fingerprint(first);
      case SecretRef.Fixed(String name) -> name;
      case SecretRef.Discovered(String name, _) -> name;
      case SecretRef.FromService(String name, _, _) -> name;
      case SecretRef.InFile(String name, _) -> name;
    };
  }

  /** The first eight digits of the SHA-256, which tell certificates without a name apart. */
  private static String fingerprint(X509Certificate certificate) {
    try {
      byte[] hash = PeerVerifier.sha256(certificate.getEncoded());
      return HexFormat.of().formatHex(hash, 0, FINGERPRINT);
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("unreadable certificate", e);
    }
  }

  /** Whole days until a certificate expires, 0 when it has. */
  public static long daysLeft(Instant notAfter, Instant now) {
    return Math.max(0, Duration.between(now, notAfter).toDays());
  }
}
