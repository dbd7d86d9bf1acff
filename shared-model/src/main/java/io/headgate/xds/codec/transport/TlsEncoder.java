package io.headgate.xds.codec.transport;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.headgate.xds.codec.message.GrpcApiCodec;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.tls.SessionRules;
import io.headgate.xds.model.tls.SessionTicketKeys;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.tls.TlsParameters.Version;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import java.time.Duration;
import java.util.List;

/** Encodes transport sockets. */
final class TlsEncoder {
  private TlsEncoder() {}

  static DownstreamTlsContext encode(DownstreamTls tls) {
    DownstreamTlsContext.Builder builder =
        DownstreamTlsContext.newBuilder()
            .setCommonTlsContext(settings(tls.settings()))
            .setRequireClientCertificate(Protos.bool(tls.requireClientCertificate()))
            .setPreferClientCiphers(tls.preferClientCiphers())
            .setOcspStaplePolicy(
                switch (tls.ocsp()) {
                  case LENIENT -> DownstreamTlsContext.OcspStaplePolicy.LENIENT_STAPLING;
                  case STRICT -> DownstreamTlsContext.OcspStaplePolicy.STRICT_STAPLING;
                  case MUST_STAPLE -> DownstreamTlsContext.OcspStaplePolicy.MUST_STAPLE;
                });
    if (tls.requireSni()) {
      builder.setRequireSni(Protos.bool(true));
    }
    sessions(tls.sessions(), builder);
    return builder.build();
  }

  private static void sessions(SessionRules sessions, DownstreamTlsContext.Builder builder) {
    builder.setDisableStatefulSessionResumption(!sessions.stateful());
    if (!sessions.timeout().equals(Duration.ZERO)) {
      builder.setSessionTimeout(Protos.duration(sessions.timeout()));
    }
    SecretRef keys = sessions.ticketKeys();
    if (keys instanceof SecretRef.Own(SessionTicketKeys own)) {
      builder.setSessionTicketKeys(SecretEncoder.ticketKeys(own));
    } else if (keys != null) {
      builder.setSessionTicketKeysSdsSecretConfig(secret(keys));
    } else if (!sessions.stateless()) {
      builder.setDisableStatelessSessionResumption(true);
    }
  }

  static UpstreamTlsContext encode(UpstreamTls tls) {
    UpstreamTlsContext.Builder builder =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(settings(tls.settings()))
            .setSni(tls.sni())
            .setAutoHostSni(tls.autoHostSni())
            .setAutoSniSanValidation(tls.autoSniSanValidation());
    if (tls.maxSessionKeys() != 1) {
      builder.setMaxSessionKeys(UInt32Value.of(tls.maxSessionKeys()));
    }
    return builder.build();
  }

  private static CommonTlsContext settings(TlsSettings settings) {
    CommonTlsContext.Builder builder =
        CommonTlsContext.newBuilder()
            .addAllAlpnProtocols(settings.alpnProtocols())
            .setTlsParams(
                TlsParameters.newBuilder()
                    .setTlsMinimumProtocolVersion(version(settings.parameters().minVersion()))
                    .setTlsMaximumProtocolVersion(version(settings.parameters().maxVersion()))
                    .addAllCipherSuites(settings.parameters().cipherSuites())
                    .addAllEcdhCurves(settings.parameters().groups()));
    for (SecretRef ref : settings.certificates()) {
      if (ref instanceof SecretRef.Own(TlsCertificate own)) {
        builder.addTlsCertificates(SecretEncoder.certificate(own));
      } else {
        builder.addTlsCertificateSdsSecretConfigs(secret(ref));
      }
    }
    if (settings.validation() != null) {
      validation(settings.validation(), builder);
    }
    return builder.build();
  }

  private static void validation(ValidationSource source, CommonTlsContext.Builder builder) {
    SecretRef secret = source.secret();
    if (secret == null) {
      builder.setValidationContext(SecretEncoder.validation(source.own()));
    } else if (source.own().equals(CertificateValidation.NONE)) {
      builder.setValidationContextSdsSecretConfig(secret(secret));
    } else {
      builder.setCombinedValidationContext(
          CombinedCertificateValidationContext.newBuilder()
              .setDefaultValidationContext(SecretEncoder.validation(source.own()))
              .setValidationContextSdsSecretConfig(secret(secret)));
    }
  }

  private static SdsSecretConfig secret(SecretRef ref) {
    return switch (ref) {
      case SecretRef.Own _ ->
          throw new IllegalArgumentException("a value of the context itself has no name");
      case SecretRef.Fixed(String name) -> SdsSecretConfig.newBuilder().setName(name).build();
      case SecretRef.Discovered(String name, Duration timeout) ->
          SdsSecretConfig.newBuilder().setName(name).setSdsConfig(Protos.ads(timeout)).build();
      case SecretRef.FromService(String name, SecretService service, Duration timeout) ->
          SdsSecretConfig.newBuilder()
              .setName(name)
              .setSdsConfig(
                  ConfigSource.newBuilder()
                      .setApiConfigSource(GrpcApiCodec.encode(api(service)))
                      .setResourceApiVersion(ApiVersion.V3)
                      .setInitialFetchTimeout(Protos.duration(timeout)))
              .build();
      case SecretRef.InFile(String name, String path) ->
          SdsSecretConfig.newBuilder()
              .setName(name)
              .setSdsConfig(
                  ConfigSource.newBuilder()
                      .setPathConfigSource(PathConfigSource.newBuilder().setPath(path)))
              .build();
    };
  }

  private static GrpcApi api(SecretService service) {
    return new GrpcApi(
        service.delta() ? GrpcApi.ApiType.DELTA_GRPC : GrpcApi.ApiType.GRPC,
        List.of(service.cluster()));
  }

  private static TlsProtocol version(Version version) {
    return switch (version) {
      case AUTO -> TlsProtocol.TLS_AUTO;
      case TLS_1_2 -> TlsProtocol.TLSv1_2;
      case TLS_1_3 -> TlsProtocol.TLSv1_3;
    };
  }
}
