package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTlsPolicy.AltName;
import io.headgate.fleet.BackendTlsPolicy.Ref;
import io.headgate.fleet.BackendTlsPolicy.Trust;
import io.headgate.fleet.Service;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.CertificateValidation.PeerIdentity;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SanMatcher;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsParameters.Version;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes TLS towards the hosts of a service.
 *
 * <p>A policy that trusts nobody makes none; then the cluster must not have hosts either: a request
 * that it governs never goes out in clear text.
 *
 * <p>Thread: any; stateless. Spec: Gateway API v1.4, BackendTLSPolicyValidation.
 */
public final class BackendTlsRules {
  private static final TlsParameters PARAMETERS =
      new TlsParameters(Version.AUTO, Version.TLS_1_3, List.of(), List.of());

  private BackendTlsRules() {}

  /** The references of a policy that lead nowhere. */
  public static List<TrustAnchors.Failure> failures(BackendTlsPolicy policy, ConfigImage image) {
    List<TrustAnchors.Failure> failures = new ArrayList<>(anchors(policy, image).failures());
    own(policy, image)
        .map(TlsCertificates.Found::failure)
        .ifPresent(failure ->
            failures.add(
                new TrustAnchors.Failure(
                    failure.reason(), failure.message() + ": requests are answered by an error")));
    return failures;
  }

  /** The certificate that a policy itself has shown; empty when it names none. */
  private static Optional<TlsCertificates.Found> own(BackendTlsPolicy policy, ConfigImage image) {
    return Optional.ofNullable(policy.clientCertificate())
        .map(key ->
            new TlsCertificates(image, Grants.of(image)).of(policy.key(), key, TlsCaller.INVALID));
  }

  /**
   * TLS of a port by a policy; empty when the policy trusts nobody, or when the certificate that is
   * to be shown is missing.
   */
  public static Optional<UpstreamTls> tls(
      BackendTlsPolicy policy, Service.Port port, Optional<TlsCaller> caller, ConfigImage image) {
    Optional<TlsCertificates.Found> shown =
        own(policy, image).or(() -> caller.map(TlsCaller::found));
    if (shown.isPresent() && shown.get().certificate() == null) {
      return Optional.empty();
    }
    List<SecretRef> certificates = shown.flatMap(TlsCertificates.Found::optional).stream().toList();
    PeerIdentity identity = new PeerIdentity(names(policy), List.of(), List.of());
    ValidationSource source =
        switch (policy.trust()) {
          case Trust.SystemStore() ->
              ValidationSource.of(
                  new CertificateValidation(
                      CertificateValidation.Trust.of(
                          new DataSource.File(EdgeDefaults.SYSTEM_AUTHORITIES)),
                      identity));
          case Trust.Authorities _ ->
              anchors(policy, image).source() == null
                  ? null
                  : new ValidationSource(
                      new CertificateValidation(CertificateValidation.Trust.NONE, identity),
                      new SecretRef.Discovered(
                          XdsNames.authorities(policy.key()), EdgeDefaults.SECRET_TIMEOUT));
        };
    if (source == null) {
      return Optional.empty();
    }
    String alpn = port.protocol() == Service.Protocol.HTTP2 ? "h2" : "http/1.1";
    return Optional.of(
        new UpstreamTls(
            new TlsSettings(certificates, source, List.of(alpn), PARAMETERS), policy.hostname()));
  }

  /** The authorities that a policy's clusters ask for; empty when they need none. */
  public static Optional<Compiled<Secret>> secret(BackendTlsPolicy policy, ConfigImage image) {
    DataSource source = anchors(policy, image).source();
    if (source == null) {
      return Optional.empty();
    }
    String name = XdsNames.authorities(policy.key());
    CertificateValidation value =
        new CertificateValidation(CertificateValidation.Trust.of(source), PeerIdentity.ANY);
    return Optional.of(Compiled.of(name, new Secret(name, value), List.of(policy.key())));
  }

  private static TrustAnchors.Found anchors(BackendTlsPolicy policy, ConfigImage image) {
    return switch (policy.trust()) {
      case Trust.SystemStore() -> new TrustAnchors.Found(null, List.of());
      case Trust.Authorities(List<Ref> refs) -> {
        TrustAnchors.Found found =
            new TrustAnchors(image).join(policy.authorities(), TrustAnchors.Part.AUTHORITIES);
        List<TrustAnchors.Failure> failures = new ArrayList<>();
        for (Ref ref : refs) {
          if (ref.holder().isEmpty()) {
            failures.add(
                new TrustAnchors.Failure(
                    "InvalidKind",
                    "%s %s holds no authorities; use a ConfigMap or Secret"
                        .formatted(ref.kind(), ref.name())));
          }
        }
        failures.addAll(found.failures());
        yield new TrustAnchors.Found(found.source(), failures);
      }
    };
  }

  private static List<SanMatcher> names(BackendTlsPolicy policy) {
    if (policy.names().isEmpty()) {
      return List.of(dns(policy.hostname()));
    }
    return policy.names().stream()
        .map(name ->
            switch (name) {
              case AltName.Hostname(String host) -> dns(host);
              case AltName.Uri(String uri) ->
                  new SanMatcher(SanMatcher.Type.URI, StringMatcher.exact(uri));
            })
        .toList();
  }

  /** A wildcard stands for one label, also for the wildcard that a certificate may be for. */
  private static SanMatcher dns(String host) {
    return new SanMatcher(
        SanMatcher.Type.DNS,
        host.startsWith("*.")
            ? new StringMatcher(
                StringMatcher.Kind.SAFE_REGEX, "[^.]+" + Pattern.quote(host.substring(1)), false)
            : StringMatcher.exact(host));
  }
}
