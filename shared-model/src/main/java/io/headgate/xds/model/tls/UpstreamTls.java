package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;

/**
 * TLS towards a cluster.
 *
 * @param sni server name sent; empty for none
 * @param autoHostSni whether the endpoint's hostname is sent instead
 * @param autoSniSanValidation whether the certificate must be for the server name that is sent
 * @param maxSessionKeys sessions kept for resumption; 0 for none
 */
public record UpstreamTls(
    TlsSettings settings,
    String sni,
    boolean autoHostSni,
    boolean autoSniSanValidation,
    int maxSessionKeys) {
  public UpstreamTls {
    Checks.require(sni.length() <= 255, "sni must have at most 255 characters");
    Checks.atLeast(maxSessionKeys, 0, "max_session_keys");
    Checks.require(settings.certificates().size() <= 1, "a client has at most one certificate");
    Checks.require(
        !autoSniSanValidation || settings.validation() != null,
        "auto_sni_san_validation needs a validation context with a trusted_ca");
  }

  /** Whether all secrets are values of the context itself. */
  public boolean holdsItsSecrets() {
    return settings.secrets().stream().allMatch(ref -> ref instanceof SecretRef.Own);
  }

  /** Whether it asks for nothing but a certificate, authorities, versions and a fixed name. */
  public boolean isPlain() {
    ValidationSource validation = settings.validation();
    return settings.parameters().cipherSuites().isEmpty()
        && settings.parameters().groups().isEmpty()
        && !autoHostSni
        && !autoSniSanValidation
        && (validation == null || isPlain(validation.own()));
  }

  private static boolean isPlain(CertificateValidation validation) {
    return validation.equals(
        new CertificateValidation(
            validation.trust().trustedCa() == null
                ? CertificateValidation.Trust.NONE
                : CertificateValidation.Trust.of(validation.trust().trustedCa()),
            CertificateValidation.PeerIdentity.ANY));
  }

  /** TLS with a fixed server name and no further checks. */
  public UpstreamTls(TlsSettings settings, String sni) {
    this(settings, sni, false, false, 1);
  }
}
