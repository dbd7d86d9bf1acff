package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import io.headgate.tls.Leaf;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What TLS takes from other objects: from ConfigMaps and Secrets, through to the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsObjectsTest {
  private final Bed bed = Bed.shared();
  private final Authority clients = Authority.root("to clients");
  private final Authority strangers = Authority.root("to strangers");
  private final TlsBed tls = new TlsBed("to");
  private final TlsAsker anonymous = tls.anonymous();

  @AfterAll
  void stop() {
    tls.close();
  }

  @Test
  @Shows({Feature.BACKEND_TLS, Feature.BACKEND_TLS_STATUS})
  void authoritiesOfBackendsAreInAConfigMap() {
    int port = bed.gateway("to-map");
    TlsEcho echo = tls.backend("to-shop", Leaf.dns("shop.to.internal"));
    tls.route("to-map", "to-shop");
    tls.backendPolicy(
        "to-shop",
        "to-shop",
        "hostname: shop.to.internal, caCertificateRefs:"
            + " [{group: \"\", kind: ConfigMap, name: to-roots}]");
    bed.awaitAnswer(port, "to-shop.example.org/", 503);
    bed.awaitCondition(
        () -> tls.status("to-shop"), "ResolvedRefs", "False InvalidCACertificateRef");
    bed.awaitCondition(() -> tls.status("to-shop"), "Accepted", "False NoValidCACertificate");

    tls.configMap("to-roots", "ca.crt", strangers.pem());
    bed.awaitCondition(() -> tls.status("to-shop"), "ResolvedRefs", "True ResolvedRefs");
    assertThat(bed.statuses(port, "to-shop.example.org/", 5)).containsOnlyKeys(503);
    assertThat(echo.requests()).isZero();

    tls.configMap("to-roots", "ca.crt", tls.backends().pem());
    bed.awaitService(port, "to-shop.example.org/", "to-shop");
    assertThat(bed.object("configmap", "default", "to-roots").toString())
        .contains("BEGIN CERTIFICATE");

    bed.delete("configmap", "default", "to-roots");
    bed.awaitAnswer(port, "to-shop.example.org/", 503);
    bed.awaitCondition(() -> tls.status("to-shop"), "Accepted", "False NoValidCACertificate");
  }

  @Test
  @Shows(Feature.CLIENT_CERTIFICATES)
  void authoritiesOfClientsAreInAConfigMap() {
    int port = tls.gateway("to-clients");
    String host = "a.to.example.org";
    tls.awaitStatus(anonymous, port, host, 200);
    TlsAsker alice = TlsAsker.with(clients.issue(Leaf.of("alice")));
    tls.clientPolicy(
        "to-clients",
        "tls: {clientValidation: {caCertificateRefs: [{kind: ConfigMap, name: to-clients}]}}");
    tls.awaitStatus(anonymous, port, host, 0);
    assertThat(alice.get(bed.address(), port, host).status()).isZero();
    tls.configMap("to-clients", "ca.crt", clients.pem());
    tls.awaitStatus(alice, port, host, 200);
    assertThat(anonymous.get(bed.address(), port, host).status()).isZero();
    tls.configMap("to-clients", "ca.crt", strangers.pem());
    tls.awaitStatus(alice, port, host, 0);
    tls.awaitStatus(TlsAsker.with(strangers.issue(Leaf.of("eve"))), port, host, 200);
  }

  @Test
  @Shows(Feature.CLIENT_STAPLES)
  void aStapleGoesWithItsCertificate() {
    int port = tls.gateway("to-staple");
    String host = "a.to.example.org";
    tls.awaitStatus(anonymous, port, host, 200);
    assertThat(anonymous.staples(bed.address(), port, host)).isEmpty();
    Issued certificate = tls.own().issue(Leaf.dns("*.to.example.org"));
    byte[] good = tls.own().staple(certificate, Duration.ofDays(1));
    tls.stapled("to-own", certificate, good);
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(
            () -> assertThat(anonymous.staples(bed.address(), port, host)).containsExactly(good));

    // One that has expired is not shown, and is no reason to refuse anybody but by the policy.
    tls.stapled("to-own", certificate, tls.own().staple(certificate, Duration.ofDays(-1)));
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(anonymous.staples(bed.address(), port, host)).isEmpty());
    tls.clientPolicy("to-staple", "tls: {ocspStaplePolicy: Strict}");
    tls.awaitStatus(anonymous, port, host, 0);
    assertThat(anonymous.get(bed.address(), port, "b.to.example.org").status()).isEqualTo(200);
    tls.stapled("to-own", certificate, good);
    tls.awaitStatus(anonymous, port, host, 200);

    Issued other = tls.own().issue(Leaf.dns("*.to.example.org"));
    assertThat(bed.refused(TlsBed.stapledManifest("to-own", other, good)).toString())
        .contains("tls.ocsp-staple", "is of another certificate");
    assertThat(bed.refused(TlsBed.stapledManifest("to-own", other, new byte[] {1})).toString())
        .contains("tls.ocsp-staple", "is no OCSP response");
    assertThat(anonymous.staples(bed.address(), port, host)).containsExactly(good);
  }

  private static final String SHOP =
      "hostname: mutual.to.internal, caCertificateRefs:"
          + " [{group: \"\", kind: ConfigMap, name: to-mutual}]";

  private void awaitCaller(int port, String host, String caller) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(bed.get(port, host).body()).contains("caller: " + caller));
  }

  @Test
  @Shows({Feature.GATEWAY_CLIENT_CERTIFICATE, Feature.BACKEND_TLS_CERTIFICATE})
  void backendsAreShownTheCertificateOfTheGatewayOrOfTheirPolicy() {
    int bare = bed.gateway("to-bare");
    int port = bed.port();
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: to-shown}
        spec:
          gatewayClassName: headgate
          tls: {backend: {clientCertificateRef: {name: to-client}}}
          listeners: [{name: http, port: %d, protocol: HTTP}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: to-mutual}
        spec:
          parentRefs: [{name: to-shown}, {name: to-bare}]
          rules:
          - matches: [{path: {value: /clear}}]
            backendRefs: [{name: to-plain, port: 80}]
          - backendRefs: [{name: to-mutual, port: 80}]
        """
            .formatted(port));
    TlsEcho echo = tls.mutualBackend("to-mutual", Leaf.dns("mutual.to.internal"), clients);
    tls.configMap("to-mutual", "ca.crt", tls.backends().pem());
    tls.backendPolicy("to-mutual", "to-mutual", SHOP);

    // Never without the certificate that was asked for; what is not TLS does not need it.
    bed.awaitService(port, "shop.example.org/clear", "to-plain");
    bed.awaitAnswer(port, "shop.example.org/", 503);
    bed.awaitAnswer(bare, "shop.example.org/", 503);
    bed.awaitCondition(
        () -> bed.object("gateway", "default", "to-shown").path("status"),
        "ResolvedRefs",
        "False InvalidClientCertificateRef");
    assertThat(echo.requests()).isZero();

    tls.certificate("to-client", clients.issue(Leaf.of("first")));
    awaitCaller(port, "shop.example.org/", "CN=first");
    bed.awaitCondition(
        () -> bed.object("gateway", "default", "to-shown").path("status"),
        "ResolvedRefs",
        "True ResolvedRefs");
    // The gateway beside it shows nothing, and shares no connection.
    assertThat(bed.statuses(bare, "shop.example.org/", 5)).containsOnlyKeys(503);

    tls.certificate("to-client", clients.issue(Leaf.of("second")));
    awaitCaller(port, "shop.example.org/", "CN=second");

    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: to-mutual}
        spec:
          targetRefs: [{group: "", kind: Service, name: to-mutual}]
          validation: {%s}
          options: {gateway.headgate.io/client-certificate: to-service}
        """
            .formatted(SHOP));
    bed.awaitCondition(
        () -> tls.status("to-mutual"), "ResolvedRefs", "False InvalidClientCertificateRef");
    bed.awaitAnswer(port, "shop.example.org/", 503);
    tls.certificate("to-service", clients.issue(Leaf.of("service")));
    awaitCaller(port, "shop.example.org/", "CN=service");
    awaitCaller(bare, "shop.example.org/", "CN=service");
  }
}
