package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientTls;
import io.headgate.fleet.ClientTls.AltName;
import io.headgate.fleet.ClientTls.Validation;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.CertificateValidation.PeerIdentity;
import io.headgate.xds.model.tls.CertificateValidation.Trust;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SanMatcher;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SessionRules;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.ValidationSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes TLS of a listener, by what a policy says of it.
 *
 * <p>Authorities travel in a secret of their own, so that new ones end no connection. A reference
 * that leads nowhere is a failure of the whole: a listener that is to check clients is not served
 * without.
 *
 * <p>Thread: any; stateless.
 */
public final class ClientTlsRules {
  private ClientTlsRules() {}

  /** Whether clients are asked for certificates: then nothing may reach the routes another way. */
  public static boolean asksClients(Optional<ClientTrafficPolicy> policy) {
    return policy.isPresent() && policy.get().tls().validation() != null;
  }

  /** References of a policy for the certificates of clients that lead nowhere. */
  public static List<TrustAnchors.Failure> failures(
      ClientTrafficPolicy policy, ConfigImage image, Grants grants) {
    List<TrustAnchors.Failure> failures = new ArrayList<>();
    for (ObjectKey object : policy.tls().anchors()) {
      if (!grants.allow(policy.key(), object)) {
        failures.add(
            new TrustAnchors.Failure("RefNotPermitted", Grants.missing(policy.key(), object)));
      }
    }
    Validation validation = policy.tls().validation();
    if (validation != null && failures.isEmpty()) {
      TrustAnchors anchors = new TrustAnchors(image);
      failures.addAll(
          anchors.join(validation.authorities(), TrustAnchors.Part.AUTHORITIES).failures());
      if (validation.revoked() != null) {
        failures.addAll(
            anchors.join(validation.revoked().lists(), TrustAnchors.Part.REVOKED).failures());
      }
    }
    return failures;
  }

  /**
   * TLS of a listener's chain.
   *
   * @param certificates own ones, at least one
   * @param ticketKeys null for keys of each proxy's own
   * @param usual protocols that are offered when the policy names none
   */
  public static DownstreamTls tls(
      List<SecretRef> certificates,
      Optional<ClientTrafficPolicy> policy,
      @Nullable SecretRef ticketKeys,
      List<String> usual) {
    ClientTls wanted = policy.map(ClientTrafficPolicy::tls).orElse(ClientTls.NONE);
    Validation validation = wanted.validation();
    boolean named = !wanted.alpnProtocols().isEmpty() && !usual.isEmpty();
    ClientTls.Sessions sessions = wanted.sessions();
    return new DownstreamTls(
        new TlsSettings(
            certificates,
            validation == null ? null : source(validation, policy.orElseThrow().key()),
            named ? wanted.alpnProtocols() : usual,
            parameters(wanted.parameters())),
        validation != null && !validation.optional(),
        false,
        sessions == null
            ? SessionRules.DEFAULT
            : new SessionRules(
                ticketKeys, sessions.stateless(), sessions.stateful(), Duration.ZERO),
        TlsStaples.policy(wanted.staples()),
        false);
  }

  private static TlsParameters parameters(ClientTls.Parameters wanted) {
    return new TlsParameters(
        version(wanted.min()), version(wanted.max()), wanted.ciphers(), wanted.groups());
  }

  private static TlsParameters.Version version(ClientTls.Version version) {
    return switch (version) {
      case AUTO -> TlsParameters.Version.AUTO;
      case TLS_1_2 -> TlsParameters.Version.TLS_1_2;
      case TLS_1_3 -> TlsParameters.Version.TLS_1_3;
    };
  }

  private static ValidationSource source(Validation validation, ObjectKey policy) {
    boolean leaf = validation.revoked() != null && validation.revoked().leafOnly();
    CertificateValidation own =
        new CertificateValidation(
            new Trust(null, null, leaf, false, false, Trust.DEFAULT_DEPTH),
            new PeerIdentity(
                validation.names().stream().map(ClientTlsRules::name).toList(),
                validation.certificateHashes(),
                validation.spkiHashes()));
    return validation.authorities().isEmpty()
        ? ValidationSource.of(own)
        : new ValidationSource(
            own,
            new SecretRef.Discovered(XdsNames.authorities(policy), EdgeDefaults.SECRET_TIMEOUT));
  }

  private static SanMatcher name(AltName name) {
    return new SanMatcher(
        switch (name.type()) {
          case DNS -> SanMatcher.Type.DNS;
          case URI -> SanMatcher.Type.URI;
          case EMAIL -> SanMatcher.Type.EMAIL;
          case IP_ADDRESS -> SanMatcher.Type.IP_ADDRESS;
        },
        new StringMatcher(
            switch (name.match()) {
              case EXACT -> StringMatcher.Kind.EXACT;
              case PREFIX -> StringMatcher.Kind.PREFIX;
              case SUFFIX -> StringMatcher.Kind.SUFFIX;
              case REGULAR_EXPRESSION -> StringMatcher.Kind.SAFE_REGEX;
            },
            name.value(),
            false));
  }

  /** The secret that a policy's listeners ask for; null when they need none. */
  public static @Nullable Compiled<Secret> secret(ClientTrafficPolicy policy, ConfigImage image) {
    Validation validation = policy.tls().validation();
    if (validation == null || validation.authorities().isEmpty()) {
      return null;
    }
    TrustAnchors anchors = new TrustAnchors(image);
    String name = XdsNames.authorities(policy.key());
    CertificateValidation value =
        new CertificateValidation(
            new Trust(
                anchors.join(validation.authorities(), TrustAnchors.Part.AUTHORITIES).source(),
                validation.revoked() == null
                    ? null
                    : anchors
                        .join(validation.revoked().lists(), TrustAnchors.Part.REVOKED)
                        .source(),
                false,
                false,
                false,
                Trust.DEFAULT_DEPTH),
            PeerIdentity.ANY);
    return value.trust().trustedCa() == null
        ? null
        : Compiled.of(name, new Secret(name, value), List.of(policy.key()));
  }

  /** What backends are told of a client's certificate. */
  public static ClientCertRules forwarded(Optional<ClientTrafficPolicy> policy) {
    ClientTls.Forwarded wanted = policy.map(p -> p.tls().forwarded()).orElse(null);
    if (wanted == null) {
      return ClientCertRules.DEFAULT;
    }
    Set<ClientCertRules.Detail> details = EnumSet.noneOf(ClientCertRules.Detail.class);
    for (ClientTls.Detail detail : wanted.details()) {
      details.add(
          switch (detail) {
            case SUBJECT -> ClientCertRules.Detail.SUBJECT;
            case CERT -> ClientCertRules.Detail.CERT;
            case CHAIN -> ClientCertRules.Detail.CHAIN;
            case DNS -> ClientCertRules.Detail.DNS;
            case URI -> ClientCertRules.Detail.URI;
          });
    }
    return new ClientCertRules(
        switch (wanted.mode()) {
          case SANITIZE -> ClientCertRules.Mode.SANITIZE;
          case FORWARD_ONLY -> ClientCertRules.Mode.FORWARD_ONLY;
          case APPEND_FORWARD -> ClientCertRules.Mode.APPEND_FORWARD;
          case SANITIZE_SET -> ClientCertRules.Mode.SANITIZE_SET;
          case ALWAYS_FORWARD_ONLY -> ClientCertRules.Mode.ALWAYS_FORWARD_ONLY;
        },
        details);
  }
}
