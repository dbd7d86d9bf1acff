package io.headgate.fleet;

import java.util.Map;
import java.util.Optional;

/**
 * Data that only the proxies which use it may see. Nothing but the etcd value and the xDS secret
 * ever shows it.
 */
public record Secret(ObjectMeta metadata, Type type, Map<String, SecretBytes> data)
    implements FleetObject {
  /** The certificate chain of a {@link Type#TLS} secret, PEM. */
  public static final String TLS_CERTIFICATE = "tls.crt";

  /** The private key of a {@link Type#TLS} secret, PEM. */
  public static final String TLS_KEY = "tls.key";

  /** A response of the authority's OCSP server for the certificate, DER. */
  public static final String OCSP_STAPLE = "tls.ocsp-staple";

  /** Keys of session tickets, one after another, {@value #TICKET_KEY_BYTES} bytes each. */
  public static final String TICKET_KEYS = "tls.ticket-keys";

  public static final int TICKET_KEY_BYTES = 80;

  public Secret {
    data = Map.copyOf(data);
  }

  @Override
  public Kind kind() {
    return Kind.SECRET;
  }

  /** The entry with this name. */
  public Optional<SecretBytes> entry(String name) {
    return Optional.ofNullable(data.get(name));
  }

  /** What a secret holds. */
  public enum Type {
    TLS("kubernetes.io/tls"),
    OPAQUE("Opaque");

    private final String manifestName;

    Type(String manifestName) {
      this.manifestName = manifestName;
    }

    public String manifestName() {
      return manifestName;
    }
  }
}
