package io.headgate.xds.codec;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.headgate.xds.codec.MessageReader.Extension;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.TlsSettings.CertificateFiles;
import io.headgate.xds.model.tls.TlsSettings.Version;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes transport sockets: TLS with certificates in files. */
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

  private TlsDecoder() {}

  private static DownstreamTls downstream(MessageReader r) {
    TlsSettings settings = r.message("common_tls_context", TlsDecoder::settings);
    boolean require = r.wrappedBool("require_client_certificate", false);
    r.onlyBool("require_sni", false);
    return new DownstreamTls(r.need("common_tls_context", settings), require);
  }

  private static UpstreamTls upstream(MessageReader r) {
    TlsSettings settings = r.message("common_tls_context", NO_SETTINGS, TlsDecoder::settings);
    return new UpstreamTls(settings, r.string("sni"));
  }

  private static final TlsSettings NO_SETTINGS =
      new TlsSettings(List.of(), null, List.of(), Version.AUTO, Version.AUTO);

  private static TlsSettings settings(MessageReader r) {
    List<CertificateFiles> certificates = r.list("tls_certificates", TlsDecoder::certificate);
    String ca = r.message("validation_context", TlsDecoder::trustedCa);
    // One string with commas is how a widely copied sample writes the list.
    List<String> alpn =
        r.strings("alpn_protocols").stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList();
    Versions versions =
        r.message("tls_params", new Versions(Version.AUTO, Version.AUTO), TlsDecoder::versions);
    return new TlsSettings(certificates, ca, alpn, versions.min, versions.max);
  }

  private record Versions(Version min, Version max) {}

  private static Versions versions(MessageReader r) {
    Version min = r.oneOf("tls_minimum_protocol_version", VERSIONS);
    Version max = r.oneOf("tls_maximum_protocol_version", VERSIONS);
    return new Versions(r.built(min), r.built(max));
  }

  private static CertificateFiles certificate(MessageReader r) {
    String chain = r.message("certificate_chain", Shared::fileName);
    String key = r.message("private_key", Shared::fileName);
    @Nullable String password = r.message("password", Shared::fileName);
    return new CertificateFiles(
        r.need("certificate_chain", chain), r.need("private_key", key), password);
  }

  private static String trustedCa(MessageReader r) {
    return r.need("trusted_ca", r.message("trusted_ca", Shared::fileName));
  }
}
