package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.xds.status.ProxyFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsHygieneTest {
  private static final String MANAGER =
      """
      codec_type: AUTO
      route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
      """;
  private static final String TLS =
      """
      transport_socket:
        name: tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificates: [{certificate_chain: {filename: "%s"}, private_key: {filename: "%s"}}]
      """;

  @TempDir Path directory;

  @Test
  void eachOfTheDaysBeforeTheEndIsWarnedOfOnce() throws Exception {
    TestCertificate certificate = TestCertificate.of("localhost", directory);
    String tls = TLS.formatted(certificate.chain(), certificate.key());
    Meters meters = new Meters();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    InstantSource clock = now::get;
    try (ProxyServer server =
        Proxies.live(Proxies.web(MANAGER, tls, Proxies.speaks("{http_protocol_options: {}}"), 1))) {
      TlsHygiene hygiene =
          new TlsHygiene(
              meters, clock.withZone(ZoneOffset.UTC), () -> server.listeners().values(), List::of);
      hygiene.look();
      ProxyFacts.Certificate told = hygiene.facts().certificates().getFirst();
      assertThat(told.place()).isEqualTo("listener web");
      assertThat(told.authority()).isFalse();
      assertThat(told.dnsNames()).contains("localhost");
      assertThat(hygiene.facts().allowed())
          .contains(new ProxyFacts.Allowed("version", "TLSv1.2", List.of("listener web")));
      Instant end = told.notAfter();
      long[] warnings = {0, 1, 1, 2, 2, 3, 4, 4};
      Duration[] before = {
        Duration.ofDays(31),
        Duration.ofDays(29),
        Duration.ofDays(8),
        Duration.ofDays(6),
        Duration.ofDays(2),
        Duration.ofHours(20),
        Duration.ZERO,
        Duration.ofDays(-9)
      };
      TlsHygiene fresh =
          new TlsHygiene(
              meters, clock.withZone(ZoneOffset.UTC), () -> server.listeners().values(), List::of);
      long already = count(meters);
      for (int i = 0; i < before.length; i++) {
        now.set(end.minus(before[i]));
        fresh.look();
        fresh.look();
        assertThat(count(meters) - already).as("%s before", before[i]).isEqualTo(warnings[i]);
        assertThat(meters.scope("server").gauge("days_until_first_cert_expiring").value())
            .isEqualTo(Math.max(0, before[i].toDays()));
      }
    }
  }

  @Test
  void theEndOfAStapleIsCountedDownTo() throws Exception {
    TestCertificate certificate = TestCertificate.of("localhost", directory);
    Instant ends = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(500);
    Path staple = Files.write(directory.resolve("staple.der"), staple(certificate.chain(), ends));
    String tls =
        TLS.replace(
                "filename: \"%s\"}}]",
                "filename: \"%s\"}, ocsp_staple: {filename: \"" + staple + "\"}}]")
            .formatted(certificate.chain(), certificate.key());
    Meters meters = new Meters();
    AtomicReference<Instant> now = new AtomicReference<>(ends.minusSeconds(120));
    InstantSource clock = now::get;
    try (ProxyServer server =
        Proxies.live(Proxies.web(MANAGER, tls, Proxies.speaks("{http_protocol_options: {}}"), 1))) {
      TlsHygiene hygiene =
          new TlsHygiene(
              meters, clock.withZone(ZoneOffset.UTC), () -> server.listeners().values(), List::of);
      hygiene.look();
      assertThat(stapleSeconds(meters)).isEqualTo(120);
      now.set(ends.plusSeconds(9));
      hygiene.look();
      assertThat(stapleSeconds(meters)).isZero();
    }
  }

  private static long stapleSeconds(Meters meters) {
    return meters.scope("server").gauge("seconds_until_first_ocsp_response_expiring").value();
  }

  /** An OCSP response for a certificate; who signed it does not matter here. */
  private static byte[] staple(Path chain, Instant ends) throws Exception {
    X509CertificateHolder holder;
    try (PEMParser reader = new PEMParser(Files.newBufferedReader(chain))) {
      holder = (X509CertificateHolder) reader.readObject();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(holder.getSubject()));
    builder.addResponse(
        new CertificateID(
            new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
            holder,
            holder.getSerialNumber()),
        CertificateStatus.GOOD,
        new Date(0),
        Date.from(ends));
    return new OCSPRespBuilder()
        .build(
            OCSPRespBuilder.SUCCESSFUL,
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA")
                    .build(generator.generateKeyPair().getPrivate()),
                null,
                new Date()))
        .getEncoded();
  }

  private static long count(Meters meters) {
    return meters
        .counters("headgate_tls.certificate_warnings")
        .getOrDefault("headgate_tls.certificate_warnings_total", 0L);
  }
}
