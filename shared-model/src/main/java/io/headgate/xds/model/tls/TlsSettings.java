package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a TLS connection share.
 *
 * @param certificates own certificates, may be empty for a client
 * @param validation of the peer's certificate; null for no check
 * @param alpnProtocols in order of preference
 */
public record TlsSettings(
    List<SecretRef> certificates,
    @Nullable ValidationSource validation,
    List<String> alpnProtocols,
    TlsParameters parameters) {
  public static final TlsSettings NONE =
      new TlsSettings(List.of(), null, List.of(), TlsParameters.DEFAULT);

  public TlsSettings {
    certificates = List.copyOf(certificates);
    alpnProtocols = List.copyOf(alpnProtocols);
    for (SecretRef ref : certificates) {
      Checks.require(
          !(ref instanceof SecretRef.Own(SecretValue value)) || value instanceof TlsCertificate,
          "a certificate is needed");
    }
  }

  /** All secrets that it is made of, those in itself among them. */
  public List<SecretRef> secrets() {
    List<SecretRef> secrets = new ArrayList<>(certificates);
    if (validation != null) {
      secrets.add(new SecretRef.Own(validation.own()));
      if (validation.secret() != null) {
        secrets.add(validation.secret());
      }
    }
    return secrets;
  }
}
