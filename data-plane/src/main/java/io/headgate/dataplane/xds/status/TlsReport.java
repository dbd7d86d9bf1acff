package io.headgate.dataplane.xds.status;

import io.headgate.proto.fleet.v1.CertificateInUse;
import io.headgate.proto.fleet.v1.HandshakeCount;
import io.headgate.proto.fleet.v1.TlsAllowance;
import io.headgate.proto.fleet.v1.TlsHygiene;

/** What a report says of TLS. Thread: any. */
final class TlsReport {
  private TlsReport() {}

  static TlsHygiene of(ProxyFacts.Tls tls) {
    TlsHygiene.Builder report = TlsHygiene.newBuilder().setCertificatesTotal(tls.total());
    for (ProxyFacts.Certificate certificate : tls.certificates()) {
      report.addCertificates(
          CertificateInUse.newBuilder()
              .setPlace(certificate.place())
              .setAuthority(certificate.authority())
              .setName(certificate.name())
              .setSubject(certificate.subject())
              .addAllDnsNames(certificate.dnsNames())
              .setKeyType(certificate.keyType())
              .setNotAfter(StatusReporter.timestamp(certificate.notAfter())));
    }
    for (ProxyFacts.Handshakes handshakes : tls.handshakes()) {
      report.addHandshakes(
          HandshakeCount.newBuilder()
              .setSide(handshakes.side())
              .setWhat(handshakes.what())
              .setName(handshakes.name())
              .setCount(handshakes.count()));
    }
    for (ProxyFacts.Allowed allowed : tls.allowed()) {
      report.addAllowed(
          TlsAllowance.newBuilder()
              .setWhat(allowed.what())
              .setName(allowed.name())
              .addAllPlaces(allowed.places()));
    }
    return report.build();
  }
}
