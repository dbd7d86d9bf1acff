package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.ArrayList;
import java.util.List;

/**
 * TLS termination of a filter chain.
 *
 * @param requireSni whether a client that names no server is refused
 * @param preferClientCiphers whether the client's order of cipher suites counts
 */
public record DownstreamTls(
    TlsSettings settings,
    boolean requireClientCertificate,
    boolean requireSni,
    SessionRules sessions,
    OcspPolicy ocsp,
    boolean preferClientCiphers) {
  /** What a certificate without a valid OCSP response means. */
  public enum OcspPolicy {
    /** It is used; a response is stapled if there is a valid one. */
    LENIENT,
    /** One that had a response is not used when that has expired. */
    STRICT,
    /** It is not used without one. */
    MUST_STAPLE
  }

  public DownstreamTls {
    Checks.require(!settings.certificates().isEmpty(), "a TLS listener needs a certificate");
    Checks.require(
        !requireClientCertificate
            || (settings.validation() != null
                && (settings.validation().secret() != null
                    || settings.validation().own().checks())),
        "require_client_certificate needs a trusted_ca");
  }

  /** Termination with the default rules for sessions and staples. */
  public DownstreamTls(TlsSettings settings, boolean requireClientCertificate) {
    this(
        settings, requireClientCertificate, false, SessionRules.DEFAULT, OcspPolicy.LENIENT, false);
  }

  /** All secrets that it is made of. */
  public List<SecretRef> secrets() {
    List<SecretRef> secrets = new ArrayList<>(settings.secrets());
    if (sessions.ticketKeys() != null) {
      secrets.add(sessions.ticketKeys());
    }
    return secrets;
  }
}
