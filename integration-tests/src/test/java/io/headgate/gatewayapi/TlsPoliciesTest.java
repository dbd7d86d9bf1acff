package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import io.headgate.tls.Leaf;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What policies say of TLS with clients and with backends, seen at both ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsPoliciesTest {
  private final Bed bed = Bed.shared();
  private final Authority clients = Authority.root("tp clients");
  private final Authority strangers = Authority.root("tp strangers");
  private final TlsBed tls = new TlsBed("tp");
  private final Authority backends = tls.backends();
  private final TlsAsker anonymous = tls.anonymous();

  @AfterAll
  void stop() {
    tls.close();
  }

  @Test
  @Shows(Feature.CLIENT_CERTIFICATES)
  void clientsShowCertificatesWhereTheyAreAskedTo() {
    int port = tls.gateway("tp-mutual");
    tls.awaitStatus(anonymous, port, "a.tp.example.org", 200);
    tls.secret("tp-clients", "ca.crt", clients.pem());
    tls.clientPolicy(
        "tp-mutual",
        """
        tls:
          clientValidation:
            caCertificateRefs: [{name: tp-clients}]
            subjectAltNames: {uris: [{type: Prefix, value: "spiffe://tp/"}]}
        headers: {xForwardedClientCert: {mode: SanitizeSet, certDetailsToAdd: [URI]}}
        """);
    tls.awaitStatus(anonymous, port, "a.tp.example.org", 0);
    Issued alice = clients.issue(uri("alice", "spiffe://tp/alice"));
    tls.awaitAnswer(
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

    tls.secret("tp-revoked", "ca.crl", clients.crl(alice));
    tls.clientPolicy(
        "tp-mutual",
        """
        tls:
          clientValidation:
            optional: true
            caCertificateRefs: [{name: tp-clients}]
            crl: {refs: [{name: tp-revoked}]}
        """);
    tls.awaitStatus(anonymous, port, "a.tp.example.org", 200);
    tls.awaitStatus(TlsAsker.with(alice), port, "a.tp.example.org", 0);
    tls.awaitStatus(
        TlsAsker.with(clients.issue(uri("carol", "spiffe://tp/carol"))),
        port,
        "a.tp.example.org",
        200);
    // New authorities, the same policy.
    tls.secret("tp-clients", "ca.crt", strangers.pem());
    tls.secret("tp-revoked", "ca.crl", strangers.crl());
    tls.awaitStatus(stranger, port, "a.tp.example.org", 200);
  }

  private static Leaf uri(String name, String uri) {
    return Leaf.of(name).and(GeneralName.uniformResourceIdentifier, uri);
  }

  @Test
  @Shows(Feature.CLIENT_CERTIFICATES)
  void aListenerIsNotServedWhileItsAuthoritiesAreMissing() {
    int port = tls.gateway("tp-missing");
    tls.awaitStatus(anonymous, port, "a.tp.example.org", 200);
    tls.clientPolicy(
        "tp-missing", "tls: {clientValidation: {caCertificateRefs: [{name: tp-late}]}}");
    tls.awaitStatus(anonymous, port, "a.tp.example.org", 0);
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
    tls.secret("tp-late", "ca.crt", clients.pem());
    tls.awaitStatus(TlsAsker.with(clients.issue(Leaf.of("dora"))), port, "a.tp.example.org", 200);
    assertThat(anonymous.get(bed.address(), port, "a.tp.example.org").status()).isZero();
  }

  @Test
  @Shows(Feature.CLIENT_TLS)
  void versionsAndProtocolsAreThoseOfThePolicy() {
    int port = tls.gateway("tp-versions");
    TlsAsker old = anonymous.versions("TLSv1.2");
    TlsAsker young = anonymous.versions("TLSv1.3");
    TlsAsker both = anonymous.alpn("h2", "http/1.1");
    tls.awaitStatus(old, port, "a.tp.example.org", 200);
    assertThat(both.protocol(bed.address(), port, "a.tp.example.org")).isEqualTo("h2");
    tls.clientPolicy("tp-versions", "tls: {minVersion: \"1.3\", alpnProtocols: [http/1.1]}");
    tls.awaitStatus(old, port, "a.tp.example.org", 0);
    assertThat(young.get(bed.address(), port, "a.tp.example.org").status()).isEqualTo(200);
    assertThat(both.protocol(bed.address(), port, "a.tp.example.org")).isEqualTo("http/1.1");
    assertThat(old.get(bed.address(), port, "b.tp.example.org").status()).isEqualTo(200);
    tls.clientPolicy("tp-versions", "tls: {maxVersion: \"1.2\"}");
    tls.awaitStatus(young, port, "a.tp.example.org", 0);
    assertThat(old.get(bed.address(), port, "a.tp.example.org").status()).isEqualTo(200);
  }

  @Test
  @Shows({Feature.BACKEND_TLS, Feature.BACKEND_TLS_NAMES})
  void aBackendMustShowTheRightCertificate() {
    int port = bed.gateway("tp-backends");
    tls.secret("tp-backends", "ca.crt", backends.pem());
    String trust = ", caCertificateRefs: [{group: \"\", kind: Secret, name: tp-backends}]";
    TlsEcho echo =
        tls.backend(
            "tp-tls",
            Leaf.dns("shop.tp.internal")
                .and(GeneralName.uniformResourceIdentifier, "spiffe://tp/shop"));
    tls.route("tp-backends", "tp-tls");
    tls.backendPolicy("tp-tls", "tp-tls", "hostname: shop.tp.internal" + trust);
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
    Answer answer = bed.get(port, "tp-tls.example.org/");
    assertThat(answer.seen("server-name")).contains("shop.tp.internal");
    assertThat(answer.seen("version")).isEqualTo("TLSv1.3");
    assertThat(bed.object("backendtlspolicy", "default", "tp-tls").toString())
        .contains("ResolvedRefs");

    tls.backendPolicy("tp-tls", "tp-tls", "hostname: other.tp.internal" + trust);
    bed.awaitAnswer(port, "tp-tls.example.org/", 503);
    int before = echo.requests();
    assertThat(bed.get(port, "tp-tls.example.org/").status()).isEqualTo(503);
    assertThat(echo.requests()).isEqualTo(before);

    tls.backendPolicy(
        "tp-tls",
        "tp-tls",
        "hostname: other.tp.internal, subjectAltNames: [{type: URI, uri: \"spiffe://tp/shop\"}]"
            + trust);
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
    assertThat(bed.get(port, "tp-tls.example.org/").seen("server-name"))
        .contains("other.tp.internal");
    tls.backendPolicy(
        "tp-tls",
        "tp-tls",
        "hostname: other.tp.internal, subjectAltNames: [{type: Hostname, hostname:"
            + " \"*.tp.internal\"}]"
            + trust);
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
    tls.backendPolicy(
        "tp-tls", "tp-tls", "hostname: shop.tp.internal, wellKnownCACertificates: System");
    bed.awaitAnswer(port, "tp-tls.example.org/", 503);

    // A new authority is in force for the next handshake.
    tls.secret("tp-backends", "ca.crt", strangers.pem());
    tls.backendPolicy("tp-tls", "tp-tls", "hostname: shop.tp.internal" + trust);
    assertThat(bed.statuses(port, "tp-tls.example.org/", 5)).containsOnlyKeys(503);
    tls.secret("tp-backends", "ca.crt", backends.pem());
    bed.awaitService(port, "tp-tls.example.org/", "tp-tls");
  }

  @Test
  @Shows({Feature.BACKEND_TLS, Feature.BACKEND_TLS_STATUS})
  void aBackendIsNeverReachedInClearTextWhenNobodyIsTrusted() {
    int port = bed.gateway("tp-nobody");
    Echo plain = bed.service("tp-clear");
    tls.route("tp-nobody", "tp-clear");
    bed.awaitService(port, "tp-clear.example.org/", "tp-clear");
    tls.backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: Secret, name: tp-no}]");
    bed.awaitAnswer(port, "tp-clear.example.org/", 503);
    int before = plain.requests();
    assertThat(bed.statuses(port, "tp-clear.example.org/", 10)).containsOnlyKeys(503);
    assertThat(plain.requests()).isEqualTo(before);
    bed.awaitCondition(
        () -> tls.status("tp-clear"), "ResolvedRefs", "False InvalidCACertificateRef");
    bed.awaitCondition(() -> tls.status("tp-clear"), "Accepted", "False NoValidCACertificate");
    JsonNode ancestor = tls.status("tp-clear").at("/ancestors/0");
    assertThat(ancestor.at("/ancestorRef/name").asString("")).isEqualTo("tp-nobody");
    assertThat(Bed.condition(ancestor, "Accepted")).isEqualTo("False NoValidCACertificate");
    assertThat(Bed.condition(ancestor, "ResolvedRefs")).isEqualTo("False InvalidCACertificateRef");

    tls.backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{group: example.org, kind: Bundle, name: tp-no}]");
    bed.awaitCondition(() -> tls.status("tp-clear"), "ResolvedRefs", "False InvalidKind");
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
    tls.backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: Secret, name: tp-file}]");
    await().atMost(Bed.BOUND).until(() -> bed.get(port, "tp-clear.example.org/").status() >= 500);
    int after = plain.requests();
    assertThat(bed.statuses(port, "tp-clear.example.org/", 10).keySet())
        .allMatch(status -> status >= 500);
    assertThat(plain.requests()).isEqualTo(after);

    // With an authority the proxy speaks TLS, which this backend does not understand.
    tls.secret("tp-yes", "ca.crt", backends.pem());
    tls.backendPolicy(
        "tp-clear",
        "tp-clear",
        "hostname: a.org, caCertificateRefs: [{kind: Secret, name: tp-yes}]");
    bed.awaitCondition(() -> tls.status("tp-clear"), "Accepted", "True Accepted");
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(bed.get(port, "tp-clear.example.org/").body())
                .startsWith("upstream connect error"));
    assertThat(plain.requests()).isEqualTo(after);

    tls.backendPolicy("a-later", "tp-clear", "hostname: b.org, wellKnownCACertificates: System");
    bed.awaitCondition(() -> tls.status("a-later"), "Accepted", "False Conflicted");
    bed.delete("backendtlspolicy", "default", "a-later");
    bed.delete("backendtlspolicy", "default", "tp-clear");
    bed.awaitService(port, "tp-clear.example.org/", "tp-clear");
  }
}
