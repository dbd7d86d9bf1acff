package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a TLS connection share.
 *
 * @param certificates own certificates, may be empty for a client
 * @param trustedCaFile PEM file of the authorities that the peer's certificate must come from; null
 *     for no check
 * @param alpnProtocols in order of preference
 */
public record TlsSettings(
    List<CertificateFiles> certificates,
    @Nullable String trustedCaFile,
    List<String> alpnProtocols,
    Version minVersion,
    Version maxVersion) {
  /** Protocol versions; AUTO is 1.2 as a floor and 1.3 as a ceiling. */
  public enum Version {
    AUTO,
    TLS_1_2,
    TLS_1_3
  }

  /**
   * A certificate chain and its key, in PEM files.
   *
   * @param passwordFile null when the key is not encrypted
   */
  public record CertificateFiles(
      String certificateChain, String privateKey, @Nullable String passwordFile) {
    public CertificateFiles {
      Checks.notEmpty(certificateChain, "certificate_chain");
      Checks.notEmpty(privateKey, "private_key");
    }
  }

  public TlsSettings {
    certificates = List.copyOf(certificates);
    alpnProtocols = List.copyOf(alpnProtocols);
    Checks.require(
        !(minVersion == Version.TLS_1_3 && maxVersion == Version.TLS_1_2),
        "tls_minimum_protocol_version is above the maximum");
  }
}
