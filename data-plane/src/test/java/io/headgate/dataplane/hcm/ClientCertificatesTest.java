package io.headgate.dataplane.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.PeerCertificate;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.http.ClientCertRules.Detail;
import io.headgate.xds.model.http.ClientCertRules.Mode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {
  private static final HeaderName XFCC = HeaderName.of("x-forwarded-client-cert");

  @TempDir Path directory;
  private ConnectionInfo.@Nullable Tls with;
  private final ConnectionInfo.Tls without =
      new ConnectionInfo.Tls("TLSv1.3", "x", "a.test", "h2", null, true, null);
  private String hash = "";

  @BeforeEach
  void certificate() throws Exception {
    TestCertificate made = TestCertificate.of("client.test", directory);
    try (InputStream in = Files.newInputStream(made.chain())) {
      PeerCertificate peer =
          new PeerCertificate(
              List.of(
                  (X509Certificate)
                      CertificateFactory.getInstance("X.509").generateCertificate(in)));
      hash = peer.fingerprint();
      with = new ConnectionInfo.Tls("TLSv1.3", "x", "a.test", "h2", peer, true, null);
    }
  }

  private static @Nullable String after(
      @Nullable String before, ConnectionInfo.@Nullable Tls tls, Mode mode, Detail... details) {
    HeaderBlock headers = new HeaderBlock();
    if (before != null) {
      headers.set(XFCC, before);
    }
    ClientCertificates.apply(headers, tls, new ClientCertRules(mode, Set.of(details)));
    return headers.joined(XFCC);
  }

  @Test
  void everyModeWithAndWithoutACertificate() {
    assertThat(after("Hash=1", with, Mode.SANITIZE)).isNull();
    assertThat(after("Hash=1", with, Mode.FORWARD_ONLY)).isEqualTo("Hash=1");
    assertThat(after("Hash=1", without, Mode.FORWARD_ONLY)).isNull();
    assertThat(after("Hash=1", with, Mode.APPEND_FORWARD)).isEqualTo("Hash=1,Hash=" + hash);
    assertThat(after("Hash=1", without, Mode.APPEND_FORWARD)).isNull();
    assertThat(after("Hash=1", with, Mode.SANITIZE_SET)).isEqualTo("Hash=" + hash);
    assertThat(after(null, without, Mode.SANITIZE_SET)).isNull();
    assertThat(after("Hash=1", null, Mode.ALWAYS_FORWARD_ONLY)).isEqualTo("Hash=1");
  }

  @Test
  void detailsComeInEnvoysOrder() {
    assertThat(after(null, with, Mode.SANITIZE_SET, Detail.DNS, Detail.SUBJECT, Detail.URI))
        .isEqualTo("Hash=" + hash + ";Subject=\"CN=client.test\";URI=;DNS=client.test");
    assertThat(after(null, with, Mode.SANITIZE_SET, Detail.CERT))
        .contains(";Cert=\"-----BEGIN%20CERTIFICATE-----%0A")
        .endsWith("-----END%20CERTIFICATE-----%0A\"");
  }

  @Test
  void aConnectionForOneServerIsNoWayToAnother() {
    assertThat(status("a.test", with)).isZero();
    assertThat(status("A.TEST:443", with)).isZero();
    assertThat(status("b.test", with)).isEqualTo(421);
    assertThat(status("b.test", null)).isZero();
    assertThat(status("b.test", new ConnectionInfo.Tls("TLSv1.3", "x", "a.test", "h2"))).isZero();
  }

  private static int status(String authority, ConnectionInfo.@Nullable Tls tls) {
    RequestHead head = new RequestHead();
    head.authority(authority);
    LocalReply reply = ClientCertificates.misdirected(head, tls);
    return reply == null ? 0 : reply.status();
  }
}
