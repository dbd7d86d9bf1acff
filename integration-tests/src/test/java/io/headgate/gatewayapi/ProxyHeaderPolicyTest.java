package io.headgate.gatewayapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.listeners.ToldBackend;
import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import io.headgate.tls.Leaf;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What policies say of PROXY headers, from clients and towards hosts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyHeaderPolicyTest {
  private static final String V1 = "PROXY TCP4 192.0.2.7 192.0.2.1 4000 443\r\n";

  /** The same of version 2. */
  private static final String V2 =
      "\r\n\r\n"
          + "\0\r\n"
          + "QUIT\n"
          + "!\u0011\0\f\u00c0\0\u0002\u0007\u00c0\0\u0002\u0001\u000f\u00a0\u0001\u00bb";

  private final Bed bed = Bed.shared();
  private final Authority authority = Authority.root("pp");
  private final List<ToldBackend> backends = new ArrayList<>();

  @AfterAll
  void stop() throws IOException {
    for (ToldBackend backend : backends) {
      backend.close();
    }
  }

  private Answer ask(int port, String header, String... fields) {
    String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    return Answer.of(
        bed.address(),
        port,
        header + "GET / HTTP/1.1\r\nhost: a.org\r\n" + more + "connection: close\r\n\r\n");
  }

  private void awaitClient(int port, String header, String client) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> {
          Answer answer = ask(port, header);
          assertThat(answer.seen("x-forwarded-for")).as(answer.toString()).isEqualTo(client);
        });
  }

  private void awaitClosed(int port, String header) {
    await().atMost(Bed.BOUND).until(() -> ask(port, header).status() == 0);
  }

  private void route(String kind, String version, String name, String service) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/%s
        kind: %s
        metadata: {name: %s}
        spec:
          parentRefs: [{name: %s}]
          rules: [{backendRefs: [{name: %s, port: 80}]}]
        """
            .formatted(version, kind, name, name, service));
  }

  private void clients(String name, String target, String spec) {
    bed.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: %s}
        spec: {targetRefs: [{kind: Gateway, name: %s}], %s}
        """
            .formatted(name, target, spec));
  }

  private void hosts(String service, String version) {
    bed.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: BackendTrafficPolicy
        metadata: {name: %1$s}
        spec: {targetRefs: [{kind: Service, name: %1$s}], proxyProtocol: {version: %2$s}}
        """
            .formatted(service, version));
  }

  private ToldBackend told(String service, String protocol, ToldBackend backend) {
    backends.add(backend);
    bed.service("default", service, backend.port(), protocol);
    return backend;
  }

  private void certificate(String name, Issued certificate) throws IOException {
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: %1$s
          annotations:
            headgate.io/certificate-chain-file: %2$s
            headgate.io/private-key-file: %3$s
            headgate.io/ca-certificates-file: %4$s
        stringData: {note: files}
        """
            .formatted(
                name,
                bed.file(name + ".chain", certificate.chain()),
                bed.file(name + ".key", certificate.key()),
                bed.file(name + ".ca", authority.pem())));
  }

  @Test
  void theClientIsWhomItsConnectionNames() throws IOException {
    int port = bed.gateway("pp-in");
    bed.service("pp-in");
    route("HTTPRoute", "v1", "pp-in", "pp-in");
    bed.awaitService(port, "a.org/", "pp-in");
    assertThat(ask(port, V1).status()).as("a header that nobody asks for").isNotEqualTo(200);

    clients("pp-in", "pp-in", "proxyProtocol: {}");
    awaitClient(port, V1, "192.0.2.7");
    awaitClient(port, V2, "192.0.2.7");
    String before = "x-forwarded-for: 198.51.100.1";
    assertThat(ask(port, V1, before).seen("x-forwarded-for"))
        .as("a client's own word does not count")
        .isEqualTo("192.0.2.7");
    assertThat(ask(port, "").status()).as("without a header").isZero();
    assertThat(ask(port, "PROXY TCP4 192.0.2.7\r\n").status()).as("a broken one").isZero();

    clients(
        "pp-in",
        "pp-in",
        "proxyProtocol: {}, clientIPDetection: {xForwardedFor: {numTrustedHops: 1}}");
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(ask(port, V1, before).seen("x-forwarded-for"))
                .isEqualTo("198.51.100.1,192.0.2.7"));

    clients("pp-in", "pp-in", "proxyProtocol: {versions: [V2]}");
    awaitClosed(port, V1);
    awaitClient(port, V2, "192.0.2.7");

    clients("pp-in", "pp-in", "proxyProtocol: {optional: true}");
    awaitClient(port, "", "127.0.0.1");
    awaitClient(port, V1, "192.0.2.7");

    clients(
        "pp-in",
        "pp-in",
        "proxyProtocol: {}, connection: {connectionLimit: {maxConnectionsPerClient: 1}}");
    awaitClosed(port, "");
    try (Socket kept = new Socket(bed.address(), port)) {
      kept.getOutputStream()
          .write((V1 + "GET / HTTP/1.1\r\nhost: a.org\r\n\r\n").getBytes(ISO_8859_1));
      assertThat(Answer.head(kept.getInputStream())).first().asString().contains("200");
      assertThat(ask(port, V2).status()).as("the second of this client").isZero();
      assertThat(ask(port, V1.replace(".7", ".8")).status()).isEqualTo(200);
    }

    bed.delete("clienttrafficpolicy", "default", "pp-in");
    awaitClient(port, "", "127.0.0.1");
  }

  @Test
  void theHeaderComesBeforeTlsAndCountsForThePort() throws Exception {
    int port = bed.port();
    bed.service("pp-tls");
    certificate("pp-tls", authority.issue(Leaf.dns("localhost", "a.pp.org")));
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: pp-tls}
        spec:
          gatewayClassName: headgate
          listeners:
          - name: a
            port: %1$d
            protocol: HTTPS
            hostname: a.pp.org
            tls: {certificateRefs: [{name: pp-tls}]}
          - name: rest
            port: %1$d
            protocol: HTTPS
            tls: {certificateRefs: [{name: pp-tls}]}
        """
            .formatted(port));
    route("HTTPRoute", "v1", "pp-tls", "pp-tls");
    TlsAsker asker = TlsAsker.anonymous(authority);
    await()
        .atMost(Bed.BOUND)
        .until(() -> asker.get(bed.address(), port, "a.pp.org").status() == 200);
    clients("pp-wide", "pp-tls", "connection: {bufferLimit: 32Ki}");
    clients("pp-tls", "pp-tls, sectionName: rest", "proxyProtocol: {}");
    await().atMost(Bed.BOUND).until(() -> asker.get(bed.address(), port, "a.pp.org").status() == 0);
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(
                    bed.object("clienttrafficpolicy", "default", "pp-wide")
                        .path("status")
                        .toString())
                .contains("Overridden", "connection.bufferLimit of listener a")
                .contains("proxyProtocol"));
    try (HeaderRelay relay = new HeaderRelay(bed.address(), port, V2.getBytes(ISO_8859_1));
        HttpClient http = HttpClient.newBuilder().sslContext(asker.context()).build()) {
      for (String host : List.of("a.pp.org", "localhost")) {
        assertThat(asker.get("127.0.0.1", relay.port(), host).seen("x-forwarded-for"))
            .isEqualTo("192.0.2.7");
      }
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + relay.port() + "/")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body()).contains("x-forwarded-for: 192.0.2.7\n");
    }
  }

  @Test
  void hostsAreToldOfTheClient() throws IOException {
    int port = bed.gateway("pp-out");
    told("pp-out", "http", new ToldBackend(null));
    hosts("pp-out", "V1");
    route("HTTPRoute", "v1", "pp-out", "pp-out");
    clients("pp-out", "pp-out", "proxyProtocol: {optional: true}");
    awaitTold(port, V1, V1.strip());
    assertThat(ask(port, "").body()).startsWith("PROXY TCP4 127.0.0.1 " + bed.address() + " ");
    hosts("pp-out", "V2");
    awaitTold(port, V1, "V2 192.0.2.7:4000 192.0.2.1:443");
    bed.delete("backendtrafficpolicy", "default", "pp-out");
    await().atMost(Bed.BOUND).until(() -> ask(port, V1).status() == 503);
  }

  private void awaitTold(int port, String header, String told) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(ask(port, header).body()).startsWith(told + "\nGET / "));
  }

  @Test
  void hostsAreToldBeforeTls() throws IOException {
    int port = bed.gateway("pp-secure");
    Issued own = authority.issue(Leaf.dns("shop.pp.internal"));
    certificate("pp-secure", own);
    told("pp-secure", "http", new ToldBackend(TlsEcho.context(own)));
    hosts("pp-secure", "V2");
    route("HTTPRoute", "v1", "pp-secure", "pp-secure");
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: pp-secure}
        spec:
          targetRefs: [{group: "", kind: Service, name: pp-secure}]
          validation:
            hostname: shop.pp.internal
            caCertificateRefs: [{group: "", kind: Secret, name: pp-secure}]
        """);
    clients("pp-secure", "pp-secure", "proxyProtocol: {}");
    awaitTold(port, V1, "V2 192.0.2.7:4000 192.0.2.1:443");
  }

  @Test
  void hostsThatSpeakHttp2AreToldBeforeItsPreface() throws IOException {
    int port = bed.gateway("pp-h2c");
    ToldBackend backend = told("pp-h2c", "kubernetes.io/h2c", new ToldBackend(null));
    hosts("pp-h2c", "V1");
    route("HTTPRoute", "v1", "pp-h2c", "pp-h2c");
    clients("pp-h2c", "pp-h2c", "proxyProtocol: {}");
    await()
        .atMost(Bed.BOUND)
        .until(() -> {
          ask(port, V2);
          return backend.told().contains(V1.strip() + "\nPRI * HTTP/2.0");
        });
  }

  /** The host is another listener of the proxy. */
  @Test
  void requestsOfHttp2AreTheClientsThatTheirConnectionNames() {
    int port = bed.gateway("pp-outer");
    int inner = bed.gateway("pp-inner");
    bed.service("pp-echo");
    bed.service("default", "pp-inner", bed.address(), inner);
    bed.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: pp-inner}
        spec: {ports: [{port: 80, appProtocol: kubernetes.io/h2c}]}
        """);
    route("HTTPRoute", "v1", "pp-outer", "pp-inner");
    route("HTTPRoute", "v1", "pp-inner", "pp-echo");
    hosts("pp-inner", "V2");
    clients("pp-outer", "pp-outer", "proxyProtocol: {optional: true}");
    clients("pp-inner", "pp-inner", "proxyProtocol: {}");
    awaitClient(port, V1, "192.0.2.7");
    String other = V1.replace(".7 ", ".8 ");
    for (int i = 0; i < 3; i++) {
      assertThat(ask(port, V2).seen("x-forwarded-for")).isEqualTo("192.0.2.7");
      assertThat(ask(port, other).seen("x-forwarded-for")).isEqualTo("192.0.2.8");
    }
    assertThat(ask(inner, "").status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"V1", "V2"})
  void connectionsThatArePassedOnAreTold(String version) throws IOException {
    String expected = version.equals("V1") ? V1.strip() : "V2 192.0.2.7:4000 192.0.2.1:443";
    String tcp = "pp-tcp-" + version.toLowerCase(Locale.ROOT);
    String tls = tcp.replace("tcp", "pass");
    int port = bed.port();
    int passed = bed.port();
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %s}
        spec: {gatewayClassName: headgate, listeners: [{name: tcp, port: %d, protocol: TCP}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %s}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: tls, port: %d, protocol: TLS, hostname: a.pp.org, tls: {mode: Passthrough}}
        """
            .formatted(tcp, port, tls, passed));
    told(tcp, "http", new ToldBackend(null));
    told(tls, "http", new ToldBackend(TlsEcho.context(authority.issue(Leaf.dns("a.pp.org")))));
    route("TCPRoute", "v1alpha2", tcp, tcp);
    route("TLSRoute", "v1alpha2", tls, tls);
    for (String name : List.of(tcp, tls)) {
      hosts(name, version);
      clients(name, name, "proxyProtocol: {}");
    }
    awaitTold(port, V2, expected);
    assertThat(ask(port, "").status()).isZero();
    TlsAsker asker = TlsAsker.anonymous(authority);
    try (HeaderRelay relay = new HeaderRelay(bed.address(), passed, V1.getBytes(ISO_8859_1))) {
      await()
          .atMost(Bed.BOUND)
          .untilAsserted(() ->
              assertThat(asker.get("127.0.0.1", relay.port(), "a.pp.org").body())
                  .startsWith(expected + "\nGET / "));
    }
    assertThat(asker.get(bed.address(), passed, "a.pp.org").status()).isZero();
  }
}
