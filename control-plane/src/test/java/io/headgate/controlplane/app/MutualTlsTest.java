package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.headgate.controlplane.EtcdServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxies and replicas need certificates when the settings say so. */
class MutualTlsTest {
  @TempDir private Path directory;

  @Test
  void onlyClientsWithACertificateOfOursAreServed() throws IOException {
    TestCertificates ours = new TestCertificates(directory, "ours");
    TestCertificates others = new TestCertificates(directory, "others");
    Path server = ours.issue("server");
    String[] flags = {
      "xds.tls.cert-file=" + server,
      "xds.tls.key-file=" + ours.key("server"),
      "xds.tls.client-ca-file=" + ours.authority(),
      "internal.tls.cert-file=" + server,
      "internal.tls.key-file=" + ours.key("server"),
      "internal.tls.ca-file=" + ours.authority(),
    };
    ours.issue("proxy");
    others.issue("proxy");
    try (EtcdServer etcd = EtcdServer.start();
        TestReplica first = new TestReplica(etcd, directory, "cp-1", flags);
        TestReplica second = new TestReplica(etcd, directory, "cp-2", flags)) {
      ReplicaTest.awaitLive(first);
      ReplicaTest.awaitLive(second);
      first.apply(ReplicaTest.MANIFESTS);
      int port = first.replica.xdsPort();
      try (AdsClient good = new AdsClient("good", port, credentials(ours, ours));
          AdsClient foreign = new AdsClient("foreign", port, credentials(ours, others));
          AdsClient plain = new AdsClient("plain", port)) {
        await()
            .untilAsserted(
                () -> assertThat(good.held(AdsClient.CLUSTER)).containsKey("default/shop:80"));
        await().untilAsserted(() -> assertThat(foreign.failure()).isNotNull());
        await().untilAsserted(() -> assertThat(plain.failure()).isNotNull());
        await()
            .atMost(Duration.ofSeconds(15))
            .untilAsserted(() ->
                assertThat(second.get("/api/v1/fleet").at("/proxies/0/id").asString(""))
                    .isEqualTo("good"));
      }
    }
  }

  private static ChannelCredentials credentials(TestCertificates server, TestCertificates own)
      throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(server.authority().toFile())
        .keyManager(own.certificate("proxy").toFile(), own.key("proxy").toFile())
        .build();
  }
}
