package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.CertificateValidation;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A secret in the form that handshakes use: read, parsed and found to be consistent. Immutable. */
public sealed interface SecretMaterial {
  /**
   * A certificate with its key.
   *
   * @param chain the own certificate first
   */
  record Certificate(List<X509Certificate> chain, PrivateKey key, @Nullable OcspStaple staple)
      implements SecretMaterial {
    public Certificate {
      chain = List.copyOf(chain);
    }

    /** The certificate that is shown. */
    public X509Certificate leaf() {
      return chain.getFirst();
    }

    /** Never the key. */
    @Override
    public String toString() {
      return "certificate " + leaf().getSubjectX500Principal();
    }
  }

  /**
   * Rules for the peer's certificate, with what their files hold.
   *
   * @param rules what the config says
   */
  record Validation(
      CertificateValidation rules, List<X509Certificate> authorities, List<X509CRL> revocations)
      implements SecretMaterial {
    public Validation {
      authorities = List.copyOf(authorities);
      revocations = List.copyOf(revocations);
    }

    /** These as the defaults of others. */
    Validation with(Validation more) {
      return new Validation(
          rules.with(more.rules).complete(),
          more.authorities.isEmpty() ? authorities : more.authorities,
          more.revocations.isEmpty() ? revocations : more.revocations);
    }
  }

  /** Keys of session tickets; the first seals. */
  record Tickets(List<OpenSslSessionTicketKey> keys) implements SecretMaterial {
    public Tickets {
      keys = List.copyOf(keys);
    }

    /** Never a key. */
    @Override
    public String toString() {
      return keys.size() + " ticket keys";
    }
  }
}
