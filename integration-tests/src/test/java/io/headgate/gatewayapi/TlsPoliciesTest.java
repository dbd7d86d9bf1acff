package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import io.headgate.tls.Leaf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What policies say of TLS with clients and with backends, seen at both ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsPoliciesTest {
  private final Bed bed = Bed.shared();
  private final Authority own = Authority.root("tp own");
  private final Authority clients = Authority.root("tp clients");
  private final Authority strangers = Authority.root("tp strangers");
  private final Authority backends = Authority.root("tp backends");
  private final TlsAsker anonymous = TlsAsker.anonymous(own);
  private final List<TlsEcho> echoes = new ArrayList<>();

  @BeforeAll
  void start() throws IOException {
    bed.service("tp-plain");
    Issued certificate = own.issue(Leaf.dns("*.tp.example.org"));
    secret("tp-own", "tls.crt", certificate.chain(), "tls.key", certificate.key());
  }

  @AfterAll
  void stop() {
    echoes.forEach(TlsEcho::close);
  }

  private void secret(String name, String... entries) {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < entries.length; i += 2) {
      data.append("  ").append(entries[i]).append(": |\n");
      entries[i + 1].lines().forEach(line -> data.append("    ").append(line).append('\n'));
    }
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s}
        type: %s
        stringData:
        %s\
        """
            .formatted(name, entries[0].equals("tls.crt") ? "kubernetes.io/tls" : "Opaque", data));
  }

  /** A gateway with listeners {@code a} and {@code b} of one port, and a route for all of it. */
  private int gateway(String name) {
    int port = bed.port();
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %1$s}
        spec:
          gatewayClassName: headgate
          listeners:
          - name: a
            port: %2$d
            protocol: HTTPS
            hostname: a.tp.example.org
            tls: {certificateRefs: [{name: tp-own}]}
          - name: b
            port: %2$d
            protocol: HTTPS
            hostname: b.tp.example.org
            tls: {certificateRefs: [{name: tp-own}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %1$s}
        spec:
          parentRefs: [{name: %1$s}]
          rules: [{backendRefs: [{name: tp-plain, port: 80}]}]
        """
            .formatted(name, port));
    return port;
  }

  private void clientPolicy(String gateway, String spec) {
    bed.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: %1$s}
        spec:
          targetRefs: [{kind: Gateway, name: %1$s, sectionName: a}]
        %2$s\
        """
            .formatted(gateway, spec.indent(2)));
  }

  private void awaitStatus(TlsAsker client, int port, String host, int status) {
    awaitAnswer(client, port, host, answer -> assertThat(answer.status()).isEqualTo(status));
  }

  private void awaitAnswer(
      TlsAsker client, int port, String host, ThrowingConsumer<Answer> expected) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(client.get(bed.address(), port, host)).satisfies(expected));
  }

  @Test
  @Shows(Feature.CLIENT_CERTIFICATES)
  void clientsShowCertificatesWhereTheyAreAskedTo() {
    int port = gateway("tp-mutual");
    awaitStatus(anonymous, port, "a.tp.example.org", 200);
    secret("tp-clients", "ca.crt", clients.pem());
    clientPolicy(
        "tp-mutual",
        """
        tls:
          clientValidation:
            caCertificateRefs: [{name: tp-clients}]
            subjectAltNames: {uris: [{type: Prefix, value: "spiffe://tp/"}]}
        headers: {xForwardedClientCert: {mode: SanitizeSet, certDetailsToAdd: [URI]}}
        """);
    awaitStatus(anonymous, port, "a.tp.example.org", 0);
    Issued alice = clients.issue(uri("alice", "spiffe://tp/alice"));
    awaitAnswer(
        TlsAsker.with(alice),
        port,
        "a.tp.example.org",
        answer -> {
          assertThat(answer.service()).isEqualTo("tp-plain");
          assertThat(answer.seen("x-forwarded-client-cert")).endsWith("URI=spiffe://tp/alice");
        });
    TlsAsker otherName = TlsAsker.with(clients.issue(uri("bob", "spiffe://other/bob")));
    TlsAsker stranger = TlsAsker.with(strangers.issue(uri("eve", "spiffe://tp/eve")));
    for (TlsAsker refused : List.of(otherName, stranger)) {
      assertThat(refused.get(bed.address(), port, "a.tp.example.org").status()).isZero();
    }
    // The other listener of the port asks for nothing, and does not lead to the first one's routes.
    assertThat(anonymous.get(bed.address(), port, "b.tp.example.org").status()).isEqualTo(200);
    assertThat(anonymous.get(bed.address(), port, "b.tp.example.org", "a.tp.example.org").status())
        .isEqualTo(404);

    secret("tp-revoked", "ca.crl", clients.crl(alice));
    clientPolicy(
        "tp-mutual",
        """
        tls:
          clientValidation:
            optional: true
            caCertificateRefs: [{name: tp-clients}]
            crl: {refs: [{name: tp-revoked}]}
        """);
    awaitStatus(anonymous, port, "a.tp.example.org", 200);
    awaitStatus(TlsAsker.with(alice), port, "a.tp.example.org", 0);
    awaitStatus(
        TlsAsker.with(clients.issue(uri("carol", "spiffe://tp/carol"))),
        port,
        "a.tp.example.org",
        200);
    // New authorities, the same policy.
    secret("tp-clients", "ca.crt", strangers.pem());
    secret("tp-revoked", "ca.crl", strangers.crl());
    awaitStatus(stranger, port, "a.tp.example.org", 200);
  }

  private static Leaf uri(String name, String uri) {
    return Leaf.of(name).and(GeneralName.uniformResourceIdentifier, uri);
  }

  @Test
  @Shows(Feature.CLIENT_CERTIFICATES)
  void aListenerIsNotServedWhileItsAuthoritiesAreMissing() {
    int port = gateway("tp-missing");
    awaitStatus(anonymous, port, "a.tp.example.org", 200);
    clientPolicy("tp-missing", "tls: {clientValidation: {caCertificateRefs: [{name: tp-late}]}}");
    awaitStatus(anonymous, port, "a.tp.example.org", 0);
    assertThat(
            TlsAsker.with(clients.issue(Leaf.of("dora")))
                .get(bed.address(), port, "a.tp.example.org")
                .status())
        .isZero();
    assertThat(anonymous.get(bed.address(), port, "b.tp.example.org").status()).isEqualTo(200);
    bed.awaitCondition(
        () -> bed.object("gateway", "default", "tp-missing").at("/status/listeners/0"),
        "ResolvedRefs",
        "False InvalidCACertificateRef");
    secret("tp-late", "ca.crt", clients.pem());
    awaitStatus(TlsAsker.with(clients.issue(Leaf.of("dora"))), port, "a.tp.example.org", 200);
    assertThat(anonymous.get(bed.address(), port, "a.tp.example.org").status()).isZero();
  }

  @Test
  @Shows(Feature.CLIENT_TLS)
  void versionsAndProtocolsAreThoseOfThePolicy() {
    int port = gateway("tp-versions");
    TlsAsker old = anonymous.versions("TLSv1.2");
    TlsAsker young = anonymous.versions("TLSv1.3");
    TlsAsker both = anonymous.alpn("h2", "http/1.1");
    awaitStatus(old, port, "a.tp.example.org", 200);
    assertThat(both.protocol(bed.address(), port, "a.tp.example.org")).isEqualTo("h2");
    clientPolicy("tp-versions", "tls: {minVersion: \"1.3\", alpnProtocols: [http/1.1]}");
    awaitStatus(old, port, "a.tp.example.org", 0);
    assertThat(young.get(bed.address(), port, "a.tp.example.org").status()).isEqualTo(200);
    assertThat(both.protocol(bed.address(), port, "a.tp.example.org")).isEqualTo("http/1.1");
    assertThat(old.get(bed.address(), port, "b.tp.example.org").status()).isEqualTo(200);
    clientPolicy("tp-versions", "tls: {maxVersion: \"1.2\"}");
    awaitStatus(young, port, "a.tp.example.org", 0);
    assertThat(old.get(bed.address(), port, "a.tp.example.org").status()).isEqualTo(200);
  }

  private TlsEcho backend(String name, Leaf leaf) {
    TlsEcho echo = new TlsEcho(name, backends.issue(leaf));
    echoes.add(echo);
    bed.service("default", name, echo.port(), "http");
    return echo;
  }

  private void route(String gateway, String service) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %1$s}
        spec:
          parentRefs: [{name: %2$s}]
          hostnames: [%1$s.example.org]
          rules: [{backendRefs: [{name: %1$s, port: 80}]}]
        """
            .formatted(service, gateway));
  }

  private void backendPolicy(String name, String service, String validation) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: %s}
        spec:
          targetRefs: [{group: "", kind: Service, name: %s}]
          validation: {%s}
        """
            .formatted(name, service, validation));
  }

  @Test
  @Shows({Feature.BACKEND_TLS, Feature.BACKEND_TLS_NAMES})
  void aBackendMustShowTheRightCertificate() {
    int port = bed.gateway("tp-backends");
    secret("tp-backends", "ca.crt", backends.pem());
    String trust = ", caCertificateRefs: [{group: \"\", kind: Secret, name: tp-backends}]";
    TlsEcho echo =
        backend(
            "tp-tls",
            Leaf.dns("shop.tp.internal")
                .and(GeneralName.uniformResourceIdentifier, "spiffe://tp/shop"));
    route("tp-backends", "tp-tls");
    backendPolicy("tp-tls", "tp-tls", "hostname: shop.tp.internal" + trust);
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
    Answer answer = bed.get(port, "tp-tls.example.org/");
    assertThat(answer.seen("server-name")).contains("shop.tp.internal");
    assertThat(answer.seen("version")).isEqualTo("TLSv1.3");
    assertThat(bed.object("backendtlspolicy", "default", "tp-tls").toString())
        .contains("ResolvedRefs");

    backendPolicy("tp-tls", "tp-tls", "hostname: other.tp.internal" + trust);
    bed.awaitAnswer(port, "tp-tls.example.org/", 503);
    int before = echo.requests();
    assertThat(bed.get(port, "tp-tls.example.org/").status()).isEqualTo(503);
    assertThat(echo.requests()).isEqualTo(before);

    backendPolicy(
        "tp-tls",
        "tp-tls",
        "hostname: other.tp.internal, subjectAltNames: [{type: URI, uri: \"spiffe://tp/shop\"}]"
            + trust);
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
    assertThat(bed.get(port, "tp-tls.example.org/").seen("server-name"))
        .contains("other.tp.internal");
    backendPolicy(
        "tp-tls",
        "tp-tls",
        "hostname: other.tp.internal, subjectAltNames: [{type: Hostname, hostname:"
            + " \"*.tp.internal\"}]"
            + trust);
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
    backendPolicy(
        "tp-tls", "tp-tls", "hostname: shop.tp.internal, wellKnownCACertificates: System");
    bed.awaitAnswer(port, "tp-tls.example.org/", 503);

    // A new authority is in force for the next handshake.
    secret("tp-backends", "ca.crt", strangers.pem());
    backendPolicy("tp-tls", "tp-tls", "hostname: shop.tp.internal" + trust);
    assertThat(bed.statuses(port, "tp-tls.example.org/", 5)).containsOnlyKeys(503);
    secret("tp-backends", "ca.crt", backends.pem());
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
  }

  @Test
  @Shows({Feature.BACKEND_TLS, Feature.BACKEND_TLS_STATUS})
  void aBackendIsNeverReachedInClearTextWhenNobodyIsTrusted() {
    int port = bed.gateway("tp-nobody");
    Echo plain = bed.service("tp-clear");
    route("tp-nobody", "tp-clear");
    bed.awaitService(port, "tp-clear.example.org/", "tp-clear");
    backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: Secret, name: tp-no}]");
    bed.awaitAnswer(port, "tp-clear.example.org/", 503);
    int before = plain.requests();
    assertThat(bed.statuses(port, "tp-clear.example.org/", 10)).containsOnlyKeys(503);
    assertThat(plain.requests()).isEqualTo(before);
    bed.awaitCondition(() -> status("tp-clear"), "ResolvedRefs", "False InvalidCACertificateRef");
    bed.awaitCondition(() -> status("tp-clear"), "Accepted", "False NoValidCACertificate");
    JsonNode ancestor = status("tp-clear").at("/ancestors/0");
    assertThat(ancestor.at("/ancestorRef/name").asString("")).isEqualTo("tp-nobody");
    assertThat(Bed.condition(ancestor, "Accepted")).isEqualTo("False NoValidCACertificate");
    assertThat(Bed.condition(ancestor, "ResolvedRefs")).isEqualTo("False InvalidCACertificateRef");

    backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: ConfigMap, name: tp-no}]");
    bed.awaitCondition(() -> status("tp-clear"), "ResolvedRefs", "False InvalidKind");
    assertThat(bed.get(port, "tp-clear.example.org/").status()).isEqualTo(503);

    // A file that is missing at the proxy is as bad.
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: tp-file
          annotations: {headgate.io/ca-certificates-file: /nowhere/tp-ca.pem}
        stringData: {note: there is no such file}
        """);
    bed.delete("backendtlspolicy", "default", "tp-clear");
    bed.awaitService(port, "tp-clear.example.org/", "tp-clear");
    backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: Secret, name: tp-file}]");
    await().atMost(Bed.BOUND).until(() -> bed.get(port, "tp-clear.example.org/").status() >= 500);
    int after = plain.requests();
    assertThat(bed.statuses(port, "tp-clear.example.org/", 10).keySet())
        .allMatch(status -> status >= 500);
    assertThat(plain.requests()).isEqualTo(after);

    // With an authority the proxy speaks TLS, which this backend does not understand.
    secret("tp-yes", "ca.crt", backends.pem());
    backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: Secret, name: tp-yes}]");
    bed.awaitCondition(() -> status("tp-clear"), "Accepted", "True Accepted");
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(bed.get(port, "tp-clear.example.org/").body())
                .startsWith("upstream connect error"));
    assertThat(plain.requests()).isEqualTo(after);

    backendPolicy("a-later", "tp-clear", "hostname: b.org, wellKnownCACertificates: System");
    bed.awaitCondition(() -> status("a-later"), "Accepted", "False Conflicted");
    bed.delete("backendtlspolicy", "default", "a-later");
    bed.delete("backendtlspolicy", "default", "tp-clear");
    bed.awaitService(port, "tp-clear.example.org/", "tp-clear");
  }

  private JsonNode status(String policy) {
    return bed.object("backendtlspolicy", "default", policy).path("status");
  }
}
