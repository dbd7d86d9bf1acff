package io.headgate.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.FleetSpec;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.Ports;
import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every example of docs/tls.md is run, and does what the page says. */
class TlsPageTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Path PAGE = Path.of("..", "docs", "tls.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory = Path.of("");

  private final Authority servers = Authority.root("servers");
  private final Authority clients = Authority.root("clients");
  private final Map<String, String> values = new HashMap<>();

  private static List<String> examples() throws IOException {
    return EXAMPLE
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }

  private static String example(String holds) throws IOException {
    return examples().stream().filter(text -> text.contains(holds)).findFirst().orElseThrow();
  }

  @Test
  void eachExampleIsRunHere() throws IOException {
    assertThat(examples()).hasSize(6);
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text);
    values.put(name.replace('.', '_').replace('-', '_'), file.toString());
  }

  private void write(String name, Issued issued) throws IOException {
    write(name + ".pem", issued.chain());
    write(name + ".key", issued.key());
  }

  private static Leaf client(String uri) {
    return Leaf.of("client").and(GeneralName.uniformResourceIdentifier, uri);
  }

  /** The files that the examples name. */
  private void files() throws IOException {
    write("www", servers.issue(Leaf.dns("www.example.org", "*.shop.example.org")));
    write("backend", servers.issue(Leaf.dns("backend.example.org")));
    write("backends-ca.pem", servers.pem());
    write("clients-ca.pem", clients.pem());
    Issued gone = clients.issue(client("spiffe://example.org/gone"));
    write("clients-crl.pem", clients.crl(gone));
    write("gone", gone);
    write("good", clients.issue(client("spiffe://example.org/web")));
    write("elsewhere", clients.issue(client("spiffe://example.net/web")));
    write("stranger", servers.issue(client("spiffe://example.org/web")));
  }

  /** The example with the files and ports of this test, and with a backend. */
  private String config(String example, String backendName, int admin, int port, int backend) {
    return """
    admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
    %s
    """
        .formatted(
            admin,
            here(example)
                .replace("port_value: 8443", "port_value: " + port)
                .replace("port_value: 9443", "port_value: " + backend)
                .replace(
                    "  clusters:\n",
                    Door.of("backend", Door.tls(backendName)).yaml(backend).indent(2)
                        + "  clusters:\n"));
  }

  private Peer start(String name, String example, String backend, int port) throws IOException {
    List<Integer> free = Ports.free(Peer.ADDRESS, 2);
    values.put("www_pem", directory.resolve("www.pem").toString());
    return new Peer(
        name,
        config(example, backend, free.get(0), port, free.get(1)),
        values,
        free.get(0),
        directory);
  }

  private String verdict(String proxy, String name, String client, int port)
      throws IOException, InterruptedException {
    Client with = Client.of("edge", name);
    return new OpenSsl(proxy, directory, values)
        .verdict(client.isEmpty() ? with : with.shows(client), port);
  }

  @ParameterizedTest
  @ValueSource(strings = {Peer.HEADGATE, Peer.ENVOY})
  void anEnvoyConfig(String proxy) throws Exception {
    files();
    String example = example("- name: edge");
    int port = Ports.free(Peer.ADDRESS);
    try (Peer peer = start(proxy, example, "backend", port)) {
      assertThat(verdict(proxy, "www.example.org", "good", port))
          .as(peer.output())
          .isEqualTo("200");
      assertThat(verdict(proxy, "a.shop.example.org", "good", port)).isEqualTo("200");
      assertThat(verdict(proxy, "example.org", "good", port)).isEqualTo("refused");
      for (String refused : List.of("", "gone", "elsewhere", "stranger")) {
        assertThat(verdict(proxy, "www.example.org", refused, port)).isEqualTo("refused");
      }
    }
    try (Peer peer = start(proxy, example, "www", port)) { // a backend of another name
      assertThat(verdict(proxy, "www.example.org", "good", port))
          .as(peer.output())
          .isEqualTo("503");
    }
  }

  @Test
  void filesOfSecrets() throws Exception {
    files();
    for (String name : List.of("www", "clients")) {
      Files.writeString(directory.resolve(name + ".yaml"), here(example("  name: " + name + "\n")));
    }
    int port = Ports.free(Peer.ADDRESS);
    int admin = Ports.free(Peer.ADDRESS);
    String listener =
        Door.of("secrets", "").yaml(port) + here(example("path_config_source:")).indent(4);
    Map<String, String> filled = new HashMap<>(values);
    filled.put("admin", Integer.toString(admin));
    filled.put("control", Integer.toString(admin)); // it is left out
    filled.put("clusters", "");
    filled.put("listeners", listener.indent(2));
    try (Peer peer =
        new Peer(
            Peer.HEADGATE,
            TestsslCheck.withoutControlPlane(Peer.config()),
            filled,
            admin,
            directory)) {
      OpenSsl openssl = new OpenSsl("secrets", directory, values);
      Client client = Client.of("secrets", "www.example.org").show(Client.Show.CERTIFICATE);
      assertThat(openssl.verdict(client.shows("good"), port))
          .as(peer.output())
          .isEqualTo("200 www.example.org");
      assertThat(openssl.verdict(client, port)).isEqualTo("refused");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Peer.HEADGATE, Peer.ENVOY})
  void aServiceOfSecrets(String proxy) throws Exception {
    files();
    int port = Ports.free(Peer.ADDRESS);
    int admin = Ports.free(Peer.ADDRESS);
    Path socket = directory.resolve("agent");
    String config =
        "admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}\n%s"
            .formatted(
                admin,
                example("spire-agent")
                    .replace("port_value: 8444", "port_value: " + port)
                    .replace("/run/spire/agent/api.sock", socket.toString()));
    try (SecretServer agent = new SecretServer(Ports.free(Peer.ADDRESS), socket)) {
      Issued web = servers.issue(Leaf.dns("web.example.org"));
      agent.put(
          SecretServer.certificate("default", web.chain(), web.key()),
          SecretServer.authority("ROOTCA", clients.pem()));
      try (Peer peer = new Peer(proxy, config, values, admin, directory)) {
        assertThat(verdict(proxy, "web.example.org", "good", port))
            .as(peer.output())
            .isEqualTo("200");
        for (String refused : List.of("", "stranger")) {
          assertThat(verdict(proxy, "web.example.org", refused, port)).isEqualTo("refused");
        }
      }
    }
  }

  private String here(String example) {
    return example.replace("/etc/headgate/", directory + "/");
  }

  @Test
  void aGatewayAndItsSecret() throws Exception {
    String address = "127." + ThreadLocalRandom.current().nextInt(1, 250) + ".7.2";
    int port = Ports.free(address);
    String example = example("kind: Gateway").replace("port: 443", "port: " + port);
    Issued first = servers.issue(Leaf.dns("www.example.org"));
    Issued second = servers.issue(Leaf.dns("www.example.org"));
    try (LocalFleet fleet =
        new LocalFleet(
            Installation.find(),
            directory,
            new FleetSpec(1, List.of(address), "DELTA_GRPC", List.of(), 0, 1))) {
      apply(
          fleet,
          with(example, first)
              + """
              ---
              apiVersion: gateway.networking.k8s.io/v1
              kind: HTTPRoute
              metadata: {name: www}
              spec:
                parentRefs: [{name: edge}]
                rules: [{filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: /there}}}]}]
              """);
      await()
          .atMost(BOUND)
          .ignoreExceptions()
          .untilAsserted(() -> {
            try (SSLSocket socket = connect(address, port)) {
              assertThat(shown(socket)).isEqualTo(first.certificate());
              assertThat(answer(socket)).startsWith("HTTP/1.1 302 ");
            }
          });
      try (SSLSocket open = connect(address, port)) {
        apply(fleet, with(example.substring(example.indexOf("---")), second));
        await()
            .atMost(BOUND)
            .untilAsserted(() -> {
              try (SSLSocket socket = connect(address, port)) {
                assertThat(shown(socket)).isEqualTo(second.certificate());
              }
            });
        assertThat(answer(open)).startsWith("HTTP/1.1 302 ");
      }
    }
  }

  /** The example with a real certificate and its key. */
  private static String with(String example, Issued issued) throws IOException {
    return example
        .replace("    CERTIFICATE CHAIN IN PEM\n", issued.chain().indent(4))
        .replace("    PRIVATE KEY IN PEM\n", issued.key().indent(4));
  }

  private static void apply(LocalFleet fleet, String manifests) {
    HttpResponse<String> answer =
        Http.send(
                "POST",
                fleet.controlPlanes().getFirst().api() + "/api/v1/objects",
                manifests,
                "content-type",
                "application/yaml",
                "authorization",
                "Bearer " + fleet.token())
            .orElseThrow();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private SSLSocket connect(String address, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            Identity.of(clients.issue(Leaf.of("client")))
                .getSocketFactory()
                .createSocket(new Socket(address, port), "www.example.org", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("www.example.org")));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static Certificate shown(SSLSocket socket) throws IOException {
    return socket.getSession().getPeerCertificates()[0];
  }

  private static String answer(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n".getBytes(ISO_8859_1));
    return new String(socket.getInputStream().readNBytes(40), ISO_8859_1);
  }
}
