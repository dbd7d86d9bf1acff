package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;

/** TLS termination of a filter chain. */
public record DownstreamTls(TlsSettings settings, boolean requireClientCertificate) {
  public DownstreamTls {
    Checks.require(!settings.certificates().isEmpty(), "a TLS listener needs a certificate");
    Checks.require(
        !requireClientCertificate || settings.trustedCaFile() != null,
        "require_client_certificate needs a trusted_ca");
  }
}
