package io.headgate.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.controlplane.EtcdServer;
import io.headgate.controlplane.app.TestCertificates;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd that wants certificates and users. */
@SuppressWarnings("NullAway.Init")
class EtcdSecurityTest {
  private static final EtcdConfig.Login GOOD = new EtcdConfig.Login("headgate", "open-sesame");

  private static TestCertificates ours;
  private static TestCertificates strange;
  private static EtcdServer etcd;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    ours = new TestCertificates(directory, "ours");
    strange = new TestCertificates(directory, "strange");
    ours.issue("etcd");
    ours.issue("control-plane");
    strange.issue("control-plane");
    etcd = EtcdServer.startSecure(ours.authority(), ours.certificate("etcd"), ours.key("etcd"));
    etcd.ctl("user", "add", "root:root-password");
    etcd.ctl("user", "grant-role", "root", "root");
    etcd.ctl("role", "add", "control-plane");
    etcd.ctl(
        "role", "grant-permission", "control-plane", "--prefix=true", "readwrite", "/headgate");
    etcd.ctl("user", "add", GOOD.user() + ":" + GOOD.password());
    etcd.ctl("user", "grant-role", GOOD.user(), "control-plane");
    etcd.ctl("auth", "enable");
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  private static EtcdConfig config(
      TestCertificates authority,
      Optional<TestCertificates> own,
      Optional<EtcdConfig.Login> login) {
    return new EtcdConfig(
        List.of(URI.create(etcd.secureEndpoint())),
        EtcdConfig.DEFAULT_PREFIX,
        Optional.of(
            new EtcdConfig.Tls(
                authority.authority(),
                own.map(certificates -> certificates.certificate("control-plane")),
                own.map(certificates -> certificates.key("control-plane")),
                Optional.empty())),
        login,
        Duration.ofSeconds(3));
  }

  private static void read(EtcdConfig config) throws StoreUnavailableException {
    try (EtcdConnection connection = EtcdConnection.open(config)) {
      var _ = connection.get("config/a");
    }
  }

  @Test
  void withCertificateAndPasswordItReadsAndWrites() throws Exception {
    EtcdConfig config = config(ours, Optional.of(ours), Optional.of(GOOD));
    try (EtcdConnection connection = EtcdConnection.open(config)) {
      assertThat(connection.commit(List.of(), List.of(Write.put("config/a", "1"))))
          .isInstanceOf(WriteResult.Written.class);
      assertThat(connection.get("config/a").map(StoredValue::value)).contains("1");
    }
    assertThat(config.toString()).doesNotContain(GOOD.password());
  }

  @Test
  void aWrongPasswordIsRefusedAndNotRepeated() {
    EtcdConfig.Login wrong = new EtcdConfig.Login(GOOD.user(), "close-sesame");
    assertThatThrownBy(() -> read(config(ours, Optional.of(ours), Optional.of(wrong))))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageNotContaining("sesame");
  }

  @Test
  void withoutAUserNothingIsRead() {
    assertThatThrownBy(() -> read(config(ours, Optional.of(ours), Optional.empty())))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void withoutOrWithAStrangeCertificateThereIsNoConnection() {
    assertThatThrownBy(() -> read(config(ours, Optional.empty(), Optional.of(GOOD))))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> read(config(ours, Optional.of(strange), Optional.of(GOOD))))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void aServerOfAStrangeAuthorityIsNotTrusted() {
    assertThatThrownBy(() -> read(config(strange, Optional.of(ours), Optional.of(GOOD))))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void missingFilesAreNamed() {
    EtcdConfig config = config(ours, Optional.of(ours), Optional.of(GOOD));
    EtcdConfig.Tls missing =
        new EtcdConfig.Tls(
            Path.of("no-such-file.pem"), Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() ->
            read(
                new EtcdConfig(
                    config.endpoints(),
                    config.prefix(),
                    Optional.of(missing),
                    Optional.empty(),
                    config.requestTimeout())))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("no-such-file.pem");
  }
}
