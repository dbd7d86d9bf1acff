package io.headgate.controlplane.compile.tls;

import io.headgate.fleet.ClientTls;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.fleet.Violation;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.OcspResponse;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * OCSP responses that go with certificates.
 *
 * <p>Thread: any; stateless.
 */
public final class TlsStaples {
  /** Annotation of a kubernetes.io/tls secret: file of the OCSP response at each proxy, DER. */
  static final String FILE = "headgate.io/ocsp-staple-file";

  private TlsStaples() {}

  /** The response that a secret has for its certificate; null for none. */
  static @Nullable DataSource source(Secret secret) {
    String file = secret.metadata().annotations().get(FILE);
    if (file != null && !file.isEmpty()) {
      return new DataSource.File(file);
    }
    return secret
        .entry(Secret.OCSP_STAPLE)
        .filter(der -> der.size() > 0)
        .map(der -> new DataSource.Inline(der.reveal()))
        .orElse(null);
  }

  public static DownstreamTls.OcspPolicy policy(ClientTls.Staples staples) {
    return switch (staples) {
      case LENIENT -> DownstreamTls.OcspPolicy.LENIENT;
      case STRICT -> DownstreamTls.OcspPolicy.STRICT;
      case MUST_STAPLE -> DownstreamTls.OcspPolicy.MUST_STAPLE;
    };
  }

  /**
   * What proxies would refuse of a secret: something that is no response, or one for another
   * certificate. One that has expired is none: they stop to send it.
   */
  public static Optional<Violation> violation(Secret secret) {
    SecretBytes staple = secret.entry(Secret.OCSP_STAPLE).orElse(null);
    SecretBytes chain = secret.entry(Secret.TLS_CERTIFICATE).orElse(null);
    if (staple == null || chain == null) {
      return Optional.empty();
    }
    try {
      OcspResponse response = OcspResponse.parse(staple.reveal());
      X509Certificate leaf =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(chain.reveal()))
                  .iterator()
                  .next();
      return response.serial().equals(leaf.getSerialNumber())
          ? Optional.empty()
          : Optional.of(violation("is of another certificate", "fetch the response for this one"));
    } catch (IllegalArgumentException e) {
      return Optional.of(
          violation(
              String.valueOf(e.getMessage()), "give the DER that the authority's server answers"));
    } catch (CertificateException e) {
      return Optional.empty(); // told of at the certificate
    }
  }

  private static Violation violation(String reason, String fix) {
    return new Violation("data[\"" + Secret.OCSP_STAPLE + "\"]", 0, "", reason, fix);
  }
}
