package io.headgate.xds.codec.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.CertificateValidation.PeerIdentity;
import io.headgate.xds.model.tls.CertificateValidation.Trust;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SanMatcher;
import io.headgate.xds.model.tls.SessionTicketKeys;

/** Encodes secrets. */
public final class SecretEncoder {
  private SecretEncoder() {}

  public static Secret encode(io.headgate.xds.model.Secret secret) {
    Secret.Builder builder = Secret.newBuilder().setName(secret.name());
    switch (secret.value()) {
      case io.headgate.xds.model.tls.TlsCertificate certificate ->
          builder.setTlsCertificate(certificate(certificate));
      case CertificateValidation validation -> builder.setValidationContext(validation(validation));
      case SessionTicketKeys keys -> builder.setSessionTicketKeys(ticketKeys(keys));
    }
    return builder.build();
  }

  static TlsCertificate certificate(io.headgate.xds.model.tls.TlsCertificate certificate) {
    TlsCertificate.Builder builder =
        TlsCertificate.newBuilder()
            .setCertificateChain(source(certificate.certificateChain()))
            .setPrivateKey(source(certificate.privateKey()));
    if (certificate.password() != null) {
      builder.setPassword(source(certificate.password()));
    }
    if (certificate.ocspStaple() != null) {
      builder.setOcspStaple(source(certificate.ocspStaple()));
    }
    return builder.build();
  }

  static TlsSessionTicketKeys ticketKeys(SessionTicketKeys keys) {
    TlsSessionTicketKeys.Builder builder = TlsSessionTicketKeys.newBuilder();
    keys.keys().forEach(key -> builder.addKeys(source(key)));
    return builder.build();
  }

  static CertificateValidationContext validation(CertificateValidation validation) {
    Trust trust = validation.trust();
    PeerIdentity identity = validation.identity();
    CertificateValidationContext.Builder builder =
        CertificateValidationContext.newBuilder()
            .setOnlyVerifyLeafCertCrl(trust.onlyLeafCrl())
            .setAllowExpiredCertificate(trust.allowExpired())
            .setTrustChainVerification(
                trust.acceptUntrusted()
                    ? TrustChainVerification.ACCEPT_UNTRUSTED
                    : TrustChainVerification.VERIFY_TRUST_CHAIN)
            .addAllVerifyCertificateHash(identity.certificateHashes())
            .addAllVerifyCertificateSpki(identity.spkiHashes());
    if (trust.maxVerifyDepth() != Trust.DEFAULT_DEPTH) {
      builder.setMaxVerifyDepth(UInt32Value.of(trust.maxVerifyDepth()));
    }
    if (trust.trustedCa() != null) {
      builder.setTrustedCa(source(trust.trustedCa()));
    }
    if (trust.crl() != null) {
      builder.setCrl(source(trust.crl()));
    }
    identity.names().forEach(name -> builder.addMatchTypedSubjectAltNames(san(name)));
    return builder.build();
  }

  private static SubjectAltNameMatcher san(SanMatcher name) {
    return SubjectAltNameMatcher.newBuilder()
        .setSanType(
            switch (name.type()) {
              case EMAIL -> SubjectAltNameMatcher.SanType.EMAIL;
              case DNS -> SubjectAltNameMatcher.SanType.DNS;
              case URI -> SubjectAltNameMatcher.SanType.URI;
              case IP_ADDRESS -> SubjectAltNameMatcher.SanType.IP_ADDRESS;
            })
        .setMatcher(Protos.string(name.matcher()))
        .build();
  }

  private static io.envoyproxy.envoy.config.core.v3.DataSource source(DataSource source) {
    return switch (source) {
      case DataSource.File(String path) -> Protos.file(path);
      case DataSource.Inline inline ->
          io.envoyproxy.envoy.config.core.v3.DataSource.newBuilder()
              .setInlineBytes(ByteString.copyFrom(inline.bytes()))
              .build();
    };
  }
}
