package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Where the rules for the peer's certificate come from.
 *
 * @param own in the context itself; the defaults of a secret's when there is one too
 * @param secret null when all is in the context
 */
public record ValidationSource(CertificateValidation own, @Nullable SecretRef secret) {
  public ValidationSource {
    Checks.require(
        !(secret instanceof SecretRef.Own), "a value of the context itself is no secret of it");
    if (secret == null) {
      var _ = own.complete();
    }
  }

  /** Rules of the context itself. */
  public static ValidationSource of(CertificateValidation own) {
    return new ValidationSource(own, null);
  }
}
