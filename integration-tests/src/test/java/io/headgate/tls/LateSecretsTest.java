package io.headgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Ports;
import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Secrets of the control plane, or of a service of their own, that come late, go away, or come
 * broken: what needs them is closed till they are there, then keeps the last good ones; clear text
 * never takes their place, and no connection is lost.
 */
class LateSecretsTest {
  private static final Duration BOUND = Duration.ofSeconds(15);
  private static final String CLUSTER = "late-backend";

  /** A backend that takes what comes. */
  private static final String WATCHED = "watched-backend";

  @TempDir private Path directory = Path.of("");

  private final Map<String, Integer> ports = new TreeMap<>();
  private final Authority sites = Authority.root("sites");
  private final Authority clients = Authority.root("clients");
  private final Issued client = clients.issue(Leaf.dns("client.test"));
  private Map<String, String> values = Map.of();

  /** One of those of {@link MissingSecrets}. */
  private String source = "ads";

  private String from(String name) {
    return MissingSecrets.from(source, name);
  }

  private Upstream upstream(String name) {
    return new Upstream(
        name,
        "origin",
        "common_tls_context: {validation_context_sds_secret_config: "
            + from("sites")
            + "}, sni: default.test");
  }

  private List<Door> doors() {
    return List.of(
        Door.of(
            "late",
            "common_tls_context: {tls_certificate_sds_secret_configs: [" + from("site") + "]}"),
        Door.of(
            "mutual",
            Door.tls("default", "validation_context_sds_secret_config: " + from("clients"))
                + ", require_client_certificate: true"),
        Door.of(
            "marker",
            "common_tls_context: {tls_certificate_sds_secret_configs: [" + from("marker") + "]}"),
        Door.of("origin", Door.tls("default")),
        new Door(
            "through",
            List.of(
                new Door.Chain(
                    "through",
                    "",
                    "",
                    upstream(CLUSTER).route() + ", " + upstream(WATCHED).route())),
            List.of()));
  }

  private int port(String door) {
    return Objects.requireNonNull(ports.get(door), door);
  }

  private Peer start(String api, int control, ServerSocket watched) {
    List<Integer> free = new ArrayList<>(Ports.free(Peer.ADDRESS, doors().size() + 1));
    int admin = free.removeLast();
    StringBuilder listeners = new StringBuilder();
    for (Door door : doors()) {
      ports.put(door.name(), free.removeLast());
      listeners.append(door.yaml(port(door.name())));
    }
    values = new HashMap<>(new Material(directory).values());
    Map<String, String> filled = new HashMap<>(values);
    filled.put("admin", Integer.toString(admin));
    filled.put("control", Integer.toString(control));
    filled.put("listeners", Template.fill(listeners.toString().indent(2), values));
    filled.put(
        "clusters",
        (upstream(CLUSTER).yaml(port("origin"), true)
                + upstream(WATCHED).yaml(watched.getLocalPort(), true)
                + SecretServer.clusters(control, directory.resolve("sds")))
            .indent(2));
    String config =
        source.equals("ads")
            ? Peer.config().replace("api_type: GRPC", "api_type: " + api)
            : TestsslCheck.withoutControlPlane(Peer.config());
    return new Peer(Peer.HEADGATE, config, filled, admin, directory);
  }

  private Secret certificate(String name, String host) throws IOException {
    Issued site = sites.issue(Leaf.dns(host));
    return SecretServer.certificate(name, site.chain(), site.key());
  }

  private static List<String> sources() {
    return System.getenv("HEADGATE_FULL") == null
        ? List.of("ads DELTA_GRPC", "socket DELTA_GRPC")
        : List.of("ads GRPC", "ads DELTA_GRPC", "service GRPC", "socket DELTA_GRPC");
  }

  @ParameterizedTest
  @MethodSource("sources")
  void noClearTextAndNothingLost(String sourceAndProtocol) throws Exception {
    List<String> words = List.of(sourceAndProtocol.split(" "));
    source = words.getFirst();
    String api = words.getLast();
    int control = Ports.free(Peer.ADDRESS);
    List<Integer> received = new CopyOnWriteArrayList<>();
    try (SecretServer server = new SecretServer(control, directory.resolve("sds"));
        ServerSocket watched = new ServerSocket(0, 10, InetAddress.getByName(Peer.ADDRESS))) {
      Thread.ofVirtual().start(() -> watch(watched, received));
      server.put(certificate("marker", "before.test"));
      try (Peer proxy = start(api, control, watched)) {
        check(proxy, server, received);
      }
    }
  }

  /** Notes how many bytes each connection brings. */
  private static void watch(ServerSocket socket, List<Integer> received) {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept()) {
        received.add(one.getInputStream().readAllBytes().length);
      } catch (IOException _) {
        continue; // reset, or the end
      }
    }
  }

  private void check(Peer proxy, SecretServer server, List<Integer> received) throws Exception {
    OpenSsl openssl = new OpenSsl("late", directory, values);
    assertThat(verdicts(openssl))
        .isEqualTo("late refused, mutual refused, backend 503, in clear text refused refused");
    assertThat(
            openssl.verdict(
                Client.clearText("through", "/" + WATCHED, "default.test"), port("through")))
        .isEqualTo("503");
    assertThat(received).allMatch(bytes -> bytes == 0);
    assertThat(proxy.stats(listener("late") + ".*secrets_not_ready").values())
        .isNotEmpty()
        .allMatch(count -> count > 0);

    server.put(
        certificate("site", "site.test"),
        SecretServer.authority("clients", clients.pem()),
        SecretServer.authority("sites", Files.readString(Path.of(value("servers_ca")))));
    String open = "late 200, mutual 200, backend 200, in clear text refused refused";
    await().atMost(BOUND).untilAsserted(() -> assertThat(verdicts(openssl)).isEqualTo(open));

    try (SSLSocket late = Load.connect(port("late"), Identity.of(client));
        SSLSocket mutual = Load.connect(port("mutual"), Identity.of(client))) {
      Load.ask(late);
      Load.ask(mutual);
      server.remove("site", "clients", "sites");
      server.put(certificate("marker", "after.test")); // on the same stream as the removal
      Client marked = to("marker").show(Client.Show.CERTIFICATE);
      await()
          .atMost(BOUND)
          .until(() -> openssl.verdict(marked, port("marker")).equals("200 after.test"));
      assertThat(verdicts(openssl)).isEqualTo(open);
      assertThat(openssl.verdict(to("mutual"), port("mutual"))).isEqualTo("refused");
      Load.ask(late);
      Load.ask(mutual);

      assertThat(server.refusals()).isEmpty();
      server.put(
          SecretServer.certificate("site", "nothing", "hush"),
          SecretServer.authority("clients", "nothing"));
      await().atMost(BOUND).until(() -> !server.refusals().isEmpty());
      assertThat(server.refusals().toString())
          .contains("certificate_chain holds no certificate")
          .contains("trusted_ca")
          .doesNotContain("hush");
      assertThat(verdicts(openssl)).isEqualTo(open);
      assertThat(openssl.verdict(to("mutual"), port("mutual"))).isEqualTo("refused");
      Load.ask(late);
      Load.ask(mutual);
    }
  }

  private String value(String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private String listener(String door) {
    return "listener\\.127\\.0\\.0\\.1_" + port(door) + "\\.";
  }

  private static Client to(String door) {
    return Client.of(door, "default.test");
  }

  private String verdicts(OpenSsl openssl) throws IOException, InterruptedException {
    return "late %s, mutual %s, backend %s, in clear text %s %s"
        .formatted(
            openssl.verdict(to("late"), port("late")),
            openssl.verdict(
                to("mutual").flags("-cert", shown("pem"), "-key", shown("key")), port("mutual")),
            openssl.verdict(
                Client.clearText("through", "/" + CLUSTER, "default.test"), port("through")),
            openssl.verdict(Client.clearText("late", "/", "default.test"), port("late")),
            openssl.verdict(Client.clearText("mutual", "/", "default.test"), port("mutual")));
  }

  private String shown(String what) throws IOException {
    Path file = directory.resolve("shown." + what);
    Files.writeString(file, what.equals("pem") ? client.chain() : client.key());
    return file.toString();
  }
}
