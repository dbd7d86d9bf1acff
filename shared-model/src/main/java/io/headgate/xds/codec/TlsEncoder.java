package io.headgate.xds.codec;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.TlsSettings.Version;
import io.headgate.xds.model.tls.UpstreamTls;

/** Encodes transport sockets. */
final class TlsEncoder {
  private TlsEncoder() {}

  static DownstreamTlsContext encode(DownstreamTls tls) {
    return DownstreamTlsContext.newBuilder()
        .setCommonTlsContext(settings(tls.settings()))
        .setRequireClientCertificate(Protos.bool(tls.requireClientCertificate()))
        .build();
  }

  static UpstreamTlsContext encode(UpstreamTls tls) {
    return UpstreamTlsContext.newBuilder()
        .setCommonTlsContext(settings(tls.settings()))
        .setSni(tls.sni())
        .build();
  }

  private static CommonTlsContext settings(TlsSettings settings) {
    CommonTlsContext.Builder builder =
        CommonTlsContext.newBuilder()
            .addAllAlpnProtocols(settings.alpnProtocols())
            .setTlsParams(
                TlsParameters.newBuilder()
                    .setTlsMinimumProtocolVersion(version(settings.minVersion()))
                    .setTlsMaximumProtocolVersion(version(settings.maxVersion())));
    for (TlsSettings.CertificateFiles files : settings.certificates()) {
      TlsCertificate.Builder certificate =
          builder
              .addTlsCertificatesBuilder()
              .setCertificateChain(Protos.file(files.certificateChain()))
              .setPrivateKey(Protos.file(files.privateKey()));
      if (files.passwordFile() != null) {
        certificate.setPassword(Protos.file(files.passwordFile()));
      }
    }
    if (settings.trustedCaFile() != null) {
      builder.setValidationContext(
          CertificateValidationContext.newBuilder()
              .setTrustedCa(Protos.file(settings.trustedCaFile())));
    }
    return builder.build();
  }

  private static TlsProtocol version(Version version) {
    return switch (version) {
      case AUTO -> TlsProtocol.TLS_AUTO;
      case TLS_1_2 -> TlsProtocol.TLSv1_2;
      case TLS_1_3 -> TlsProtocol.TLSv1_3;
    };
  }
}
