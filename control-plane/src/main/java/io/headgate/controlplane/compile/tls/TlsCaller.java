package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpRoute.Backend;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Service;
import io.headgate.xds.model.tls.SecretRef;
import java.util.Optional;

/**
 * A gateway that shows a certificate to the backends which it speaks to by TLS. It has clusters of
 * its own for them: connections with its certificate are for its routes alone.
 *
 * <p>Thread: immutable. Spec: Gateway API, {@code Gateway.spec.tls.backend}.
 */
public record TlsCaller(ObjectKey gateway, TlsCertificates.Found found) {
  /** The reason when a certificate for backends is missing. */
  static final String INVALID = "InvalidClientCertificateRef";

  /** The gateway as a caller; empty when it shows no certificate. */
  public static Optional<TlsCaller> of(Gateway gateway, ConfigImage image) {
    return Optional.ofNullable(gateway.clientCertificate())
        .map(key ->
            new TlsCaller(
                gateway.key(),
                new TlsCertificates(image, Grants.of(image)).of(gateway.key(), key, INVALID)));
  }

  /** What it shows; empty when that is missing, and then it must not call. */
  public Optional<SecretRef> certificate() {
    return found.optional();
  }

  /** What is to be said of the gateway. */
  public Condition condition() {
    TrustAnchors.Failure failure = found.failure();
    return failure == null
        ? Condition.yes(Condition.Type.RESOLVED_REFS, "")
        : Condition.no(
            Condition.Type.RESOLVED_REFS,
            "",
            failure.reason(),
            failure.message() + ": requests to backends with TLS are answered by an error");
  }

  /** Whether a backend is called with the certificate: by TLS, and no policy has another one. */
  public boolean calls(Backend backend, ConfigImage image, Policies policies) {
    Optional<Service> service =
        backend.foreign() == null
            ? image.object(backend.service(), Service.class)
            : Optional.empty();
    return service
        .flatMap(s -> s.port(backend.port()).flatMap(port -> policies.tls(s, port)))
        .filter(policy -> policy.clientCertificate() == null)
        .isPresent();
  }
}
