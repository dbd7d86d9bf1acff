package io.headgate.xds.codec.transport;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.headgate.xds.codec.message.GrpcApiCodec;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.tls.SessionRules;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsParameters.Version;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes transport sockets: TLS contexts of both sides. */
final class TlsDecoder {
  private static final String PACKAGE = "envoy.extensions.transport_sockets.tls.v3.";

  static final Map<String, Extension<DownstreamTls>> DOWNSTREAM =
      Map.of(
          PACKAGE + "DownstreamTlsContext",
          new Extension<>(DownstreamTlsContext.getDefaultInstance(), TlsDecoder::downstream));
  static final Map<String, Extension<UpstreamTls>> UPSTREAM =
      Map.of(
          PACKAGE + "UpstreamTlsContext",
          new Extension<>(UpstreamTlsContext.getDefaultInstance(), TlsDecoder::upstream));

  private static final Map<String, Version> VERSIONS =
      Map.of("TLS_AUTO", Version.AUTO, "TLSv1_2", Version.TLS_1_2, "TLSv1_3", Version.TLS_1_3);
  private static final Map<String, DownstreamTls.OcspPolicy> OCSP =
      Map.of(
          "LENIENT_STAPLING", DownstreamTls.OcspPolicy.LENIENT,
          "STRICT_STAPLING", DownstreamTls.OcspPolicy.STRICT,
          "MUST_STAPLE", DownstreamTls.OcspPolicy.MUST_STAPLE);

  /** Groups of the key exchange that BoringSSL has. */
  private static final List<String> GROUPS =
      List.of("X25519", "P-256", "P-384", "P-521", "X25519MLKEM768", "X25519Kyber768Draft00");

  /** How long a start waits for a secret when its source does not say, as in Envoy. */
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);

  private TlsDecoder() {}

  private static DownstreamTls downstream(MessageReader r) {
    TlsSettings settings = r.message("common_tls_context", TlsDecoder::settings);
    boolean require = r.wrappedBool("require_client_certificate", false);
    boolean requireSni = r.wrappedBool("require_sni", false);
    SessionRules sessions = r.build(() -> sessions(r));
    DownstreamTls.OcspPolicy ocsp = r.oneOf("ocsp_staple_policy", OCSP);
    if (settings != null && settings.certificates().isEmpty()) {
      r.refuse(
          "common_tls_context",
          "has no certificate",
          "set tls_certificates or tls_certificate_sds_secret_configs");
    }
    if (require && settings != null && !checks(settings.validation())) {
      r.refuse(
          "require_client_certificate",
          "nothing says which certificates are good",
          "set trusted_ca in a validation context, or remove it");
    }
    r.wrappedBool("full_scan_certs_on_sni_mismatch", false);
    boolean clientOrder = r.bool("prefer_client_ciphers");
    return new DownstreamTls(
        r.need("common_tls_context", settings),
        require,
        requireSni,
        r.built(sessions),
        r.built(ocsp),
        clientOrder);
  }

  private static boolean checks(@Nullable ValidationSource validation) {
    return validation != null && (validation.secret() != null || validation.own().checks());
  }

  private static SessionRules sessions(MessageReader r) {
    Duration timeout = r.duration("session_timeout", Duration.ZERO);
    if (timeout.getNano() != 0 || timeout.toSeconds() > Integer.MAX_VALUE) {
      r.refuse(
          "session_timeout",
          "is no whole number of seconds",
          "use 0s to " + Integer.MAX_VALUE + "s");
      throw new Refusal();
    }
    boolean stateful = !r.bool("disable_stateful_session_resumption");
    return switch (r.which("session_ticket_keys_type")) {
      case "session_ticket_keys" ->
          new SessionRules(
              new SecretRef.Own(
                  r.need(
                      "session_ticket_keys",
                      r.message("session_ticket_keys", SecretDecoder::ticketKeys))),
              true,
              stateful,
              timeout);
      case "session_ticket_keys_sds_secret_config" ->
          new SessionRules(
              r.need(
                  "session_ticket_keys_sds_secret_config",
                  r.message("session_ticket_keys_sds_secret_config", TlsDecoder::secret)),
              true,
              stateful,
              timeout);
      case "disable_stateless_session_resumption" ->
          new SessionRules(
              null, !r.bool("disable_stateless_session_resumption"), stateful, timeout);
      default -> new SessionRules(null, true, stateful, timeout);
    };
  }

  private static UpstreamTls upstream(MessageReader r) {
    TlsSettings settings = r.message("common_tls_context", TlsSettings.NONE, TlsDecoder::settings);
    r.wrappedBool("enforce_rsa_key_usage", true);
    String sni = r.string("sni");
    boolean autoHostSni = r.bool("auto_host_sni");
    boolean autoSan = r.bool("auto_sni_san_validation");
    int sessions = r.wrappedSmall("max_session_keys", 1);
    if (settings.certificates().size() > 1) {
      r.refuse(
          "common_tls_context",
          "has " + settings.certificates().size() + " certificates, a client shows one",
          "keep one");
    }
    if (autoSan && settings.validation() == null) {
      r.refuse(
          "auto_sni_san_validation",
          "there is no validation context",
          "set one with a trusted_ca, or remove it");
    }
    return new UpstreamTls(settings, sni, autoHostSni, autoSan, sessions);
  }

  private static TlsSettings settings(MessageReader r) {
    List<SecretRef> certificates = new ArrayList<>();
    r.list("tls_certificates", SecretDecoder::certificate)
        .forEach(certificate -> certificates.add(new SecretRef.Own(certificate)));
    certificates.addAll(r.list("tls_certificate_sds_secret_configs", TlsDecoder::secret));
    ValidationSource validation = validation(r);
    // One string with commas is how a widely copied sample writes the list.
    List<String> alpn =
        r.strings("alpn_protocols").stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList();
    TlsParameters parameters =
        r.message("tls_params", TlsParameters.DEFAULT, TlsDecoder::parameters);
    return new TlsSettings(certificates, validation, alpn, parameters);
  }

  private static @Nullable ValidationSource validation(MessageReader r) {
    return switch (r.which("validation_context_type")) {
      case "validation_context" ->
          ValidationSource.of(
              r.need(
                  "validation_context",
                  r.message("validation_context", SecretDecoder::validation)));
      case "validation_context_sds_secret_config" ->
          new ValidationSource(
              CertificateValidation.NONE,
              r.need(
                  "validation_context_sds_secret_config",
                  r.message("validation_context_sds_secret_config", TlsDecoder::secret)));
      case "combined_validation_context" ->
          r.need(
              "combined_validation_context",
              r.message("combined_validation_context", TlsDecoder::combined));
      default -> null;
    };
  }

  private static ValidationSource combined(MessageReader r) {
    CertificateValidation own = r.message("default_validation_context", SecretDecoder::validation);
    SecretRef secret = r.message("validation_context_sds_secret_config", TlsDecoder::secret);
    return new ValidationSource(
        r.need("default_validation_context", own),
        r.need("validation_context_sds_secret_config", secret));
  }

  /** Where a secret comes from by its name. */
  private static SecretRef secret(MessageReader r) {
    String name = r.string("name", "nameless"); // so that the rest is read, and refused, too
    SecretRef found =
        r.has("sds_config")
            ? r.message("sds_config", s -> source(s, name))
            : new SecretRef.Fixed(name);
    r.need("name", r.stringOrNull("name"));
    return r.built(found);
  }

  private static SecretRef source(MessageReader r, String name) {
    return switch (r.which("config_source_specifier")) {
      case "path_config_source" -> {
        r.duration("initial_fetch_timeout");
        r.enumName("resource_api_version");
        String path =
            r.message(
                "path_config_source",
                p -> {
                  p.message("watched_directory", d -> d.string("path"));
                  return p.need("path", p.stringOrNull("path"));
                });
        yield new SecretRef.InFile(name, r.need("path_config_source", path));
      }
      case "path" -> {
        r.duration("initial_fetch_timeout");
        r.enumName("resource_api_version");
        yield new SecretRef.InFile(name, r.string("path"));
      }
      case "ads" -> new SecretRef.Discovered(name, Shared.adsSource(r, FETCH_TIMEOUT));
      case "api_config_source" -> {
        Duration timeout = r.duration("initial_fetch_timeout", FETCH_TIMEOUT);
        Shared.v3(r, "resource_api_version");
        SecretService service = r.message("api_config_source", TlsDecoder::service);
        yield new SecretRef.FromService(name, r.need("api_config_source", service), timeout);
      }
      default -> {
        if (r.has("self")) {
          r.refuse(
              "self",
              "is not implemented for secrets",
              "use ads, api_config_source or path_config_source");
        }
        throw new Refusal();
      }
    };
  }

  private static SecretService service(MessageReader r) {
    GrpcApi api = GrpcApiCodec.decode(r, GrpcApiCodec.BOTH);
    if (api.clusterNames().size() > 1) {
      r.refuse(
          "grpc_services",
          "has " + api.clusterNames().size() + " services, secrets come from one",
          "keep one; its cluster may have several endpoints");
      throw new Refusal();
    }
    return new SecretService(
        api.clusterNames().getFirst(), api.apiType() == GrpcApi.ApiType.DELTA_GRPC);
  }

  private static TlsParameters parameters(MessageReader r) {
    Version min = r.oneOf("tls_minimum_protocol_version", VERSIONS);
    Version max = r.oneOf("tls_maximum_protocol_version", VERSIONS);
    if (min == Version.TLS_1_3 && max == Version.TLS_1_2) {
      r.refuse(
          "tls_minimum_protocol_version",
          "is above tls_maximum_protocol_version",
          "use TLSv1_2 or TLS_AUTO");
    }
    List<String> groups = r.strings("ecdh_curves");
    for (String group : groups) {
      if (!GROUPS.contains(group)) {
        r.refuse("ecdh_curves", "'" + group + "' is no group here", "use some of " + GROUPS);
      }
    }
    return new TlsParameters(r.built(min), r.built(max), r.strings("cipher_suites"), groups);
  }
}
