package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import java.util.EnumSet;
import java.util.Set;

/**
 * What {@code x-forwarded-client-cert} says of the client's certificate.
 *
 * @param details what is told of it, besides the certificate's hash and the own name; only with
 *     {@code APPEND_FORWARD} and {@code SANITIZE_SET}
 */
public record ClientCertRules(Mode mode, Set<Detail> details) {
  public static final ClientCertRules DEFAULT = new ClientCertRules(Mode.SANITIZE, Set.of());

  /** What becomes of the header. */
  public enum Mode {
    /** Nothing of it goes on. */
    SANITIZE,
    /** It goes on when the client showed a certificate. */
    FORWARD_ONLY,
    /** This client is appended when it showed a certificate; else nothing goes on. */
    APPEND_FORWARD,
    /** It says this client alone, when that showed a certificate; else nothing goes on. */
    SANITIZE_SET,
    /** It goes on, whoever sent it. */
    ALWAYS_FORWARD_ONLY
  }

  /** A part of the certificate. */
  public enum Detail {
    CERT,
    CHAIN,
    SUBJECT,
    URI,
    DNS
  }

  public ClientCertRules {
    details = details.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(details));
    Checks.require(
        details.isEmpty() || mode == Mode.APPEND_FORWARD || mode == Mode.SANITIZE_SET,
        "set_current_client_cert_details has an effect with APPEND_FORWARD and SANITIZE_SET only");
  }
}
