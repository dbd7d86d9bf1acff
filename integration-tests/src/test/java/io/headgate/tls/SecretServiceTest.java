package io.headgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Ports;
import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A service of secrets that is away, comes back, and is shared by all that names it. */
class SecretServiceTest {
  private static final String NODE = "node: {id: matrix, cluster: matrix}";
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir private Path directory = Path.of("");

  private final Authority sites = Authority.root("sites");
  private final Authority clients = Authority.root("clients");
  private final int port = Ports.free(Peer.ADDRESS);
  private final int admin = Ports.free(Peer.ADDRESS);
  private final int control = Ports.free(Peer.ADDRESS);

  private Path socket() {
    return directory.resolve("sds");
  }

  /** A server that has a certificate for a host, and the clients' authority. */
  private SecretServer serve(Issued site) throws IOException {
    Files.deleteIfExists(socket());
    SecretServer server = new SecretServer(control, socket());
    server.put(
        SecretServer.certificate("site", site.chain(), site.key()),
        SecretServer.authority("clients", clients.pem()));
    return server;
  }

  private Peer start(String proxy, String source) {
    Door door =
        Door.of(
            "site",
            "common_tls_context: {tls_certificate_sds_secret_configs: ["
                + MissingSecrets.from(source, "site")
                + "], validation_context_sds_secret_config: "
                + MissingSecrets.from(source, "clients")
                + "}, require_client_certificate: true");
    return start(proxy, door, NODE);
  }

  private Peer start(String proxy, Door door, String node) {
    Map<String, String> values = new HashMap<>();
    values.put("admin", Integer.toString(admin));
    values.put("control", Integer.toString(control));
    values.put("clusters", SecretServer.clusters(control, socket()).indent(2));
    values.put("listeners", Template.fill(door.yaml(port).indent(2), values));
    return new Peer(
        proxy,
        TestsslCheck.withoutControlPlane(Peer.config()).replace(NODE, node),
        values,
        admin,
        directory);
  }

  private static List<String> ways() {
    return System.getenv("HEADGATE_FULL") == null
        ? List.of("headgate socket", "envoy socket")
        : List.of("headgate service", "headgate socket", "envoy service", "envoy socket");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aServiceThatIsAwayIsWaitedForAndFoundAgain(String way) throws Exception {
    String proxy = way.substring(0, way.indexOf(' '));
    String source = way.substring(way.indexOf(' ') + 1);
    Issued client = clients.issue(Leaf.dns("client.test"));
    Files.writeString(directory.resolve("client.pem"), client.chain());
    Files.writeString(directory.resolve("client.key"), client.key());
    OpenSsl openssl =
        new OpenSsl(
            proxy,
            directory,
            Map.of(
                "client_pem", directory.resolve("client.pem").toString(),
                "client_key", directory.resolve("client.key").toString()));
    Client shown = Client.of("site", "any.test").shows("client").show(Client.Show.CERTIFICATE);
    try (Peer peer = start(proxy, source)) {
      assertThat(openssl.verdict(shown, port)).as(peer.output()).isEqualTo("refused");
      assertThat(openssl.verdict(Client.clearText("site", "/", "any.test"), port))
          .isEqualTo("refused");
      for (String host : List.of("first.test", "second.test")) {
        Issued site = sites.issue(Leaf.dns(host));
        try (SecretServer server = serve(site)) {
          await()
              .atMost(BOUND)
              .untilAsserted(
                  () -> assertThat(openssl.verdict(shown, port)).isEqualTo("200 " + host));
          assertThat(openssl.verdict(Client.of("site", "any.test"), port)).isEqualTo("refused");
          if (proxy.equals(Peer.HEADGATE)) {
            assertThat(server.streams()).as("streams of all secrets").isEqualTo(1);
            told(peer, source.equals("service") ? "sds" : "sds-socket", site);
          }
        }
        assertThat(openssl.verdict(shown, port)).isEqualTo("200 " + host);
      }
    }
  }

  /** What the admin interface tells, which is no key. */
  private void told(Peer peer, String cluster, Issued site) throws IOException {
    assertThat(peer.stats("headgate_sds\\." + cluster + "\\..*"))
        .containsEntry("headgate_sds." + cluster + ".connected_state", 1L)
        .containsKey("headgate_sds." + cluster + ".update_success");
    String dump = page("/config_dump");
    assertThat(dump)
        .contains("SecretsConfigDump", "\"site\"", "\"clients\"")
        .contains("\"api_config_source\"");
    String bytes = Base64.getEncoder().encodeToString(site.key().getBytes(StandardCharsets.UTF_8));
    for (String told : List.of(dump, page("/certs"), page("/stats"), peer.output())) {
      assertThat(told).doesNotContain("PRIVATE KEY").doesNotContain(bytes.substring(0, 60));
    }
    assertThat(page("/certs")).contains(site.certificate().getSerialNumber().toString(16));
  }

  private String page(String path) {
    return Http.get("http://" + Peer.ADDRESS + ":" + admin + path).orElseThrow().body();
  }

  private static Door naming(String cluster) {
    return Door.of(
        "site",
        "common_tls_context: {tls_certificate_sds_secret_configs: [{name: site, sds_config:"
            + " {resource_api_version: V3, initial_fetch_timeout: 1s, "
            + SecretServer.source(cluster, "GRPC")
            + "}}]}");
  }

  /** Envoy waits for such a cluster for ever; both are safe. */
  @Test
  void aServiceMustBeAStaticCluster() throws Exception {
    assertThatThrownBy(() -> start(Peer.HEADGATE, naming("nobody"), NODE).close())
        .hasMessageContaining(
            "names cluster \"nobody\": it is not among the bootstrap's static_resources; name a"
                + " static cluster of the bootstrap");
    try (Peer envoy = start(Peer.ENVOY, naming("nobody"), NODE)) {
      OpenSsl openssl = new OpenSsl(Peer.ENVOY, directory, Map.of());
      assertThat(openssl.verdict(Client.of("site", "any.test"), port))
          .as(envoy.output())
          .isEqualTo("refused");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Peer.HEADGATE, Peer.ENVOY})
  void withoutANodeThereIsNoService(String proxy) {
    assertThatThrownBy(() -> start(proxy, naming("sds"), "").close())
        .hasMessageContaining(
            proxy.equals(Peer.HEADGATE)
                ? "node.id and node.cluster must be set"
                : "node 'id' and 'cluster' are required");
  }
}
