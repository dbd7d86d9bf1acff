package io.headgate.dataplane.admin;

import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.admin.v3.Certificate;
import io.envoyproxy.envoy.admin.v3.CertificateDetails;
import io.envoyproxy.envoy.admin.v3.Certificates;
import io.envoyproxy.envoy.admin.v3.SubjectAlternateName;
import io.headgate.dataplane.tls.AlternativeNames;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.xds.model.tls.SanMatcher;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;

/**
 * Writes the certificates in use as Envoy's {@code Certificates}, those that expire first first.
 */
final class CertificatesPage {
  private CertificatesPage() {}

  static String json(List<CertificateFacts> certificates, Instant now) {
    Certificates.Builder all = Certificates.newBuilder();
    certificates.stream()
        .sorted(Comparator.comparing(CertificatesPage::end))
        .forEach(facts -> {
          Certificate.Builder one = all.addCertificatesBuilder();
          for (X509Certificate each : facts.chain()) {
            if (facts.kind() == CertificateFacts.Kind.AUTHORITY) {
              one.addCaCert(details(each, now));
            } else {
              one.addCertChain(details(each, now));
            }
          }
        });
    return ConfigDumpCodec.json(all.build());
  }

  private static Date end(CertificateFacts facts) {
    return facts.chain().stream()
        .map(X509Certificate::getNotAfter)
        .min(Comparator.naturalOrder())
        .orElse(new Date(0));
  }

  private static CertificateDetails details(X509Certificate certificate, Instant now) {
    CertificateDetails.Builder details =
        CertificateDetails.newBuilder()
            .setSerialNumber(certificate.getSerialNumber().toString(16))
            .setDaysUntilExpiration(
                CertificateFacts.daysLeft(certificate.getNotAfter().toInstant(), now))
            .setValidFrom(timestamp(certificate.getNotBefore()))
            .setExpirationTime(timestamp(certificate.getNotAfter()));
    for (String name : AlternativeNames.of(certificate, SanMatcher.Type.DNS)) {
      details.addSubjectAltNames(SubjectAlternateName.newBuilder().setDns(name));
    }
    for (String name : AlternativeNames.of(certificate, SanMatcher.Type.URI)) {
      details.addSubjectAltNames(SubjectAlternateName.newBuilder().setUri(name));
    }
    for (String name : AlternativeNames.of(certificate, SanMatcher.Type.IP_ADDRESS)) {
      details.addSubjectAltNames(SubjectAlternateName.newBuilder().setIpAddress(name));
    }
    return details.build();
  }

  private static Timestamp timestamp(Date date) {
    return Timestamp.newBuilder().setSeconds(date.toInstant().getEpochSecond()).build();
  }
}
