package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.DownstreamTls;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Where a session may be resumed: the same chain of the same listener, a certificate for the same
 * names, and the same rules for client certificates. Equal on every proxy that has the same config.
 */
final class SessionScope {
  private SessionScope() {}

  /** A hash of 32 bytes, as long as BoringSSL allows. */
  static byte[] of(
      String place,
      DownstreamTls config,
      SecretMaterial.Certificate certificate,
      SecretMaterial.@Nullable Validation validation) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    text(all, place);
    text(all, certificate.leaf().getSubjectX500Principal().getName());
    text(all, certificate.leaf().getIssuerX500Principal().getName());
    for (var type : io.headgate.xds.model.tls.SanMatcher.Type.values()) {
      text(all, AlternativeNames.of(certificate.leaf(), type).toString());
    }
    text(all, String.valueOf(config.requireClientCertificate()));
    if (validation != null) {
      text(all, validation.rules().identity().toString());
      text(
          all,
          "%s %s %s %d"
              .formatted(
                  validation.rules().trust().onlyLeafCrl(),
                  validation.rules().trust().allowExpired(),
                  validation.rules().trust().acceptUntrusted(),
                  validation.rules().trust().maxVerifyDepth()));
      try {
        for (X509Certificate authority : validation.authorities()) {
          all.writeBytes(PeerVerifier.sha256(authority.getEncoded()));
        }
        for (X509CRL list : validation.revocations()) {
          all.writeBytes(PeerVerifier.sha256(list.getEncoded()));
        }
      } catch (CertificateEncodingException | CRLException e) {
        throw new IllegalArgumentException("unreadable certificate", e);
      }
    }
    return PeerVerifier.sha256(all.toByteArray());
  }

  private static void text(ByteArrayOutputStream all, String text) {
    all.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    all.write(0);
  }
}
