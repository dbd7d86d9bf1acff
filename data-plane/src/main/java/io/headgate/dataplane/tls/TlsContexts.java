package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsParameters.Version;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.ValidationSource;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What contexts of both sides are made of. Thread: any. */
final class TlsContexts {
  /** Envoy's suites of TLS 1.2: forward secrecy and authenticated encryption only. */
  private static final List<String> SUITES =
      List.of(
          "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]",
          "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]",
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384");

  private static final List<String> TLS_1_3_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final List<String> GROUPS = List.of("X25519", "P-256");

  private TlsContexts() {}

  /** The certificates, null while one is missing. */
  static @Nullable List<SecretMaterial.Certificate> certificates(
      TlsSettings settings, SecretLookup secrets) {
    List<SecretMaterial.Certificate> found = new ArrayList<>();
    for (SecretRef ref : settings.certificates()) {
      SecretMaterial material = secrets.find(ref);
      if (material == null) {
        return null;
      }
      if (!(material instanceof SecretMaterial.Certificate certificate)) {
        throw new IllegalArgumentException(nameOf(ref) + " holds no tls_certificate");
      }
      found.add(certificate);
    }
    return found;
  }

  /** Whether the rules for the peer's certificate are there. */
  static boolean hasValidation(TlsSettings settings, SecretLookup secrets) {
    ValidationSource source = settings.validation();
    return source == null
        || (secrets.find(new SecretRef.Own(source.own())) != null
            && (source.secret() == null || secrets.find(source.secret()) != null));
  }

  /** The certificates that a context is made of. */
  static List<CertificateFacts> facts(
      TlsSettings settings,
      List<SecretMaterial.Certificate> own,
      SecretMaterial.@Nullable Validation validation) {
    List<CertificateFacts> facts = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      facts.add(CertificateFacts.own(settings.certificates().get(i), own.get(i)));
    }
    ValidationSource source = settings.validation();
    if (source != null && validation != null && !validation.authorities().isEmpty()) {
      facts.add(
          CertificateFacts.authorities(
              source.secret() == null ? new SecretRef.Own(source.own()) : source.secret(),
              validation));
    }
    return List.copyOf(facts);
  }

  /** The rules for the peer's certificate, null when nothing is checked. */
  static SecretMaterial.@Nullable Validation validation(
      TlsSettings settings, SecretLookup secrets) {
    ValidationSource source = settings.validation();
    if (source == null) {
      return null;
    }
    SecretMaterial.Validation rules = of(new SecretRef.Own(source.own()), secrets);
    if (source.secret() != null) {
      rules = rules.with(of(source.secret(), secrets));
    }
    return rules.rules().checks() ? rules : null;
  }

  private static SecretMaterial.Validation of(SecretRef ref, SecretLookup secrets) {
    if (secrets.find(ref) instanceof SecretMaterial.Validation validation) {
      return validation;
    }
    throw new IllegalArgumentException(nameOf(ref) + " holds no validation_context");
  }

  static String nameOf(SecretRef ref) {
    return switch (ref) {
      case SecretRef.Own _ -> "the TLS context";
      case SecretRef.Fixed(String name) -> "secret \"" + name + "\"";
      case SecretRef.Discovered(String name, _) -> "secret \"" + name + "\"";
      case SecretRef.FromService(String name, SecretService service, _) ->
          "secret \"" + name + "\" of cluster " + service.cluster();
      case SecretRef.InFile(String name, String path) -> "secret \"" + name + "\" of " + path;
    };
  }

  static SslContextBuilder common(
      SslContextBuilder builder, TlsParameters parameters, boolean server, List<String> alpn) {
    builder.sslProvider(SslProvider.OPENSSL).protocols(protocols(parameters, server));
    offer(
        builder,
        parameters.cipherSuites().isEmpty() ? SUITES : parameters.cipherSuites(),
        parameters.groups().isEmpty() ? GROUPS : parameters.groups());
    if (!alpn.isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              alpn));
    }
    return builder;
  }

  /** What contexts with these parameters let peers use. */
  static Allowance allowance(TlsParameters parameters, boolean server) {
    List<String> versions = protocols(parameters, server);
    List<String> suites = new ArrayList<>();
    if (versions.contains("TLSv1.3")) {
      suites.addAll(TLS_1_3_SUITES);
    }
    if (versions.contains("TLSv1.2")) {
      suites.addAll(each(parameters.cipherSuites().isEmpty() ? SUITES : parameters.cipherSuites()));
    }
    return new Allowance(
        versions, suites, parameters.groups().isEmpty() ? GROUPS : parameters.groups());
  }

  private static List<String> each(List<String> suites) {
    return suites.stream()
        .flatMap(suite -> Arrays.stream(suite.replaceAll("[\\[\\]]", "").split("\\|", -1)))
        .toList();
  }

  private static List<String> protocols(TlsParameters parameters, boolean server) {
    List<String> protocols = new ArrayList<>();
    Version max = parameters.maxVersion();
    boolean only13 = parameters.minVersion() == Version.TLS_1_3;
    if (!only13) {
      protocols.add("TLSv1.2");
    }
    if (max == Version.TLS_1_3 || only13 || (max == Version.AUTO && server)) {
      protocols.add("TLSv1.3");
    }
    return protocols;
  }

  /** Builds, and says which part of the parameters BoringSSL does not take. */
  static ReferenceCountedOpenSslContext build(
      SslContextBuilder builder, TlsParameters parameters, String what) {
    try {
      return (ReferenceCountedOpenSslContext) builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      check(parameters);
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  /**
   * The list of suites in BoringSSL's words, where those in {@code [A|B]} have the same rank and
   * the client's order chooses; null when all ranks differ, which Netty's context has words for.
   */
  static @Nullable String ranked(TlsParameters parameters) {
    List<String> suites = parameters.cipherSuites().isEmpty() ? SUITES : parameters.cipherSuites();
    return suites.stream().anyMatch(suite -> suite.startsWith("["))
        ? String.join(":", suites)
        : null;
  }

  /**
   * Finds what BoringSSL does not know.
   *
   * @throws IllegalArgumentException that names it
   */
  static void check(TlsParameters parameters) {
    List<String> unknown =
        parameters.cipherSuites().stream().filter(suite -> !takes(List.of(suite), GROUPS)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "cipher_suites: BoringSSL does not know "
              + unknown
              + "; use names as ECDHE-ECDSA-AES128-GCM-SHA256. TLS 1.3's suites are always on and"
              + " have no place in the list");
    }
    if (!parameters.groups().isEmpty() && !takes(SUITES, parameters.groups())) {
      throw new IllegalArgumentException(
          "ecdh_curves: BoringSSL does not know all of " + parameters.groups());
    }
  }

  private static boolean takes(List<String> suites, List<String> groups) {
    try {
      ReferenceCountUtil.release(
          offer(SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL), suites, groups)
              .build());
      return true;
    } catch (SSLException | IllegalArgumentException _) {
      return false;
    }
  }

  private static SslContextBuilder offer(
      SslContextBuilder builder, List<String> suites, List<String> groups) {
    List<String> all = new ArrayList<>(TLS_1_3_SUITES);
    all.addAll(each(suites)); // those of equal rank get theirs when the context is there
    return builder
        .ciphers(all, IdentityCipherSuiteFilter.INSTANCE)
        .option(OpenSslContextOption.GROUPS, groups.toArray(new String[0]));
  }
}
