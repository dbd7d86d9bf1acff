package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ports that the proxies listen on. Gateway of Gateway API v1.4.
 *
 * @param clientCertificate the secret with the certificate that is shown to backends which are
 *     spoken to by TLS; null for none
 */
public record Gateway(
    ObjectMeta metadata,
    String className,
    List<Listener> listeners,
    @Nullable ObjectKey clientCertificate)
    implements FleetObject {

  public Gateway {
    listeners = List.copyOf(listeners);
  }

  /** A gateway that shows no certificate to backends. */
  public Gateway(ObjectMeta metadata, String className, List<Listener> listeners) {
    this(metadata, className, listeners, null);
  }

  @Override
  public Kind kind() {
    return Kind.GATEWAY;
  }

  /** What a listener speaks. */
  public enum Protocol {
    HTTP,
    HTTPS,
    /** TLS that is passed on as it is or, with certificates, terminated. */
    TLS,
    TCP
  }

  /**
   * One listener. Listeners of one gateway that share a port and a protocol differ in hostname;
   * with different protocols they are in conflict and not served.
   *
   * @param name unique in the gateway
   * @param hostname lower case; exact, or {@code *.} and a suffix; null for every host
   * @param certificates secrets of type kubernetes.io/tls; not empty with HTTPS; empty with TLS to
   *     pass it on
   */
  public record Listener(
      String name,
      @Nullable String hostname,
      int port,
      Protocol protocol,
      List<ObjectKey> certificates,
      AllowedRoutes routes) {

    public Listener {
      certificates = List.copyOf(certificates);
    }
  }
}
