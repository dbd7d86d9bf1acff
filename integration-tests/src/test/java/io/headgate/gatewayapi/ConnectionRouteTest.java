package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Where whole connections go: by their port, or by the server name that TLS clients ask for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionRouteTest {
  private final Bed bed = Bed.shared();

  @BeforeAll
  void start() {
    bed.service("conn-a");
    bed.service("conn-b");
  }

  private void gateway(String name, String listeners) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: conn-%s}
        spec:
          gatewayClassName: headgate
          listeners:
        """
                .formatted(name)
            + listeners);
  }

  private JsonNode parent(String kind, String name) {
    return bed.object(kind, "default", name).at("/status/parents/0");
  }

  @Test
  @Shows(Feature.TCP_ROUTE)
  void connectionsOfAPortAreSharedByWeight() {
    int port = bed.port();
    gateway("tcp", "  - {name: tcp, port: %d, protocol: TCP}\n".formatted(port));
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TCPRoute
        metadata: {name: conn-tcp}
        spec:
          parentRefs: [{name: conn-tcp}]
          rules:
          - backendRefs:
            - {name: conn-a, port: 80, weight: 1}
            - {name: conn-b, port: 80, weight: 1}
        ---
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TCPRoute
        metadata: {name: conn-tcp-second}
        spec:
          parentRefs: [{name: conn-tcp}]
          rules: [{backendRefs: [{name: conn-b, port: 80}]}]
        """);
    bed.awaitAnswer(port, "any.example.com/", 200);
    boolean a = false;
    boolean b = false;
    for (int i = 0; i < 60; i++) {
      String service = bed.get(port, "any.example.com/").service();
      a |= service.equals("conn-a");
      b |= service.equals("conn-b");
    }
    assertThat(a && b).isTrue();
    bed.awaitCondition(() -> parent("tcproute", "conn-tcp"), "Accepted", "True Accepted");
    bed.awaitCondition(
        () -> parent("tcproute", "conn-tcp-second"), "Accepted", "False HostnameConflict");
  }

  @Test
  @Shows({Feature.TLS_PASSTHROUGH, Feature.TLS_TERMINATE})
  void tlsConnectionsAreChosenByServerName() throws GeneralSecurityException, IOException {
    int port = bed.port();
    Certificates certificates = new Certificates(bed, "conn-a.example.org", "conn-b.example.org");
    int inner = bed.port();
    bed.apply(certificates.secret("default", "conn-cert-a", 0));
    bed.apply(certificates.secret("default", "conn-cert-b", 1));
    // The backend of the passed connections is another listener that terminates TLS.
    gateway(
        "inner",
        """
          - name: tls
            port: %d
            protocol: TLS
            hostname: conn-a.example.org
            tls: {mode: Terminate, certificateRefs: [{name: conn-cert-a}]}
        """
            .formatted(inner));
    gateway(
        "outer",
        """
          - {name: pass, port: %d, protocol: TLS, tls: {mode: Passthrough}}
        """
            .formatted(port));
    bed.service("default", "conn-inner", bed.address(), inner);
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TLSRoute
        metadata: {name: conn-inner}
        spec:
          parentRefs: [{name: conn-inner}]
          rules: [{backendRefs: [{name: conn-a, port: 80}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TLSRoute
        metadata: {name: conn-outer}
        spec:
          parentRefs: [{name: conn-outer}]
          hostnames: [conn-a.example.org]
          rules: [{backendRefs: [{name: conn-inner, port: 80}]}]
        """);
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(certificates.get(port, "conn-a.example.org").service()).isEqualTo("conn-a"));
    assertThat(certificates.get(port, "conn-b.example.org").status()).isZero();
    bed.awaitCondition(() -> parent("tlsroute", "conn-outer"), "Accepted", "True Accepted");
    bed.awaitCondition(() -> parent("tlsroute", "conn-outer"), "ResolvedRefs", "True ResolvedRefs");
  }
}
