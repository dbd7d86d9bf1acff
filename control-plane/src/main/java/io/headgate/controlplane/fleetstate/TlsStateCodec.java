package io.headgate.controlplane.fleetstate;

import io.headgate.proto.fleet.v1.CertificateInUse;
import io.headgate.proto.fleet.v1.HandshakeCount;
import io.headgate.proto.fleet.v1.TlsAllowance;
import io.headgate.proto.fleet.v1.TlsHygiene;

/** {@link TlsState} to and from {@link TlsHygiene}. */
final class TlsStateCodec {
  private TlsStateCodec() {}

  static TlsState state(TlsHygiene from) {
    return new TlsState(
        from.getCertificatesList().stream()
            .map(one ->
                new TlsState.Certificate(
                    one.getPlace(),
                    one.getAuthority(),
                    one.getName(),
                    one.getSubject(),
                    one.getDnsNamesList(),
                    one.getKeyType(),
                    one.hasNotAfter() ? StatusCodec.instant(one.getNotAfter()) : null))
            .toList(),
        from.getCertificatesTotal(),
        from.getHandshakesList().stream()
            .map(one ->
                new TlsState.Handshakes(
                    one.getSide(), one.getWhat(), one.getName(), one.getCount()))
            .toList(),
        from.getAllowedList().stream()
            .map(one -> new TlsState.Allowed(one.getWhat(), one.getName(), one.getPlacesList()))
            .toList());
  }

  static TlsHygiene message(TlsState from) {
    TlsHygiene.Builder to = TlsHygiene.newBuilder().setCertificatesTotal(from.total());
    for (TlsState.Certificate one : from.certificates()) {
      CertificateInUse.Builder certificate =
          to.addCertificatesBuilder()
              .setPlace(one.place())
              .setAuthority(one.authority())
              .setName(one.name())
              .setSubject(one.subject())
              .addAllDnsNames(one.dnsNames())
              .setKeyType(one.keyType());
      if (one.notAfter() != null) {
        certificate.setNotAfter(StatusCodec.timestamp(one.notAfter()));
      }
    }
    for (TlsState.Handshakes one : from.handshakes()) {
      to.addHandshakes(
          HandshakeCount.newBuilder()
              .setSide(one.side())
              .setWhat(one.what())
              .setName(one.name())
              .setCount(one.count()));
    }
    for (TlsState.Allowed one : from.allowed()) {
      to.addAllowed(
          TlsAllowance.newBuilder()
              .setWhat(one.what())
              .setName(one.name())
              .addAllPlaces(one.places()));
    }
    return to.build();
  }
}
