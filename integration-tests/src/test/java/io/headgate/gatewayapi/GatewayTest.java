package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What the listeners of a Gateway take, and what is said of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
  private final Bed bed = Bed.shared();

  @BeforeAll
  void start() {
    bed.service("gw-a");
    bed.service("gw-b");
  }

  private void gateway(String name, String listeners) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: gw-%s}
        spec:
          gatewayClassName: headgate
          listeners:
        """
                .formatted(name)
            + listeners);
  }

  private void route(String name, String namespace, String parent, String rest) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: gw-%s, namespace: %s}
        spec:
          parentRefs: [{name: gw-%s, namespace: default}]
        """
                .formatted(name, namespace, parent)
            + rest);
  }

  private JsonNode listener(String gateway, int index) {
    return bed.object("gateway", "default", "gw-" + gateway).at("/status/listeners/" + index);
  }

  private JsonNode parent(String namespace, String route) {
    return bed.object("httproute", namespace, "gw-" + route).at("/status/parents/0");
  }

  @Test
  @Shows({Feature.GATEWAY, Feature.GATEWAY_PORT, Feature.GATEWAY_MODIFY, Feature.GATEWAY_STATUS})
  void listenersComeChangeAndGo() {
    int one = bed.port();
    int two = bed.port();
    String first = "  - {name: one, port: %d, protocol: HTTP}\n".formatted(one);
    gateway("change", first);
    route("change", "default", "change", "  rules: [{backendRefs: [{name: gw-a, port: 80}]}]\n");
    bed.awaitService(one, "any.example.com/", "gw-a");
    gateway("change", first + "  - {name: two, port: %d, protocol: HTTP}\n".formatted(two));
    bed.awaitService(two, "any.example.com/", "gw-a");
    await()
        .atMost(Bed.BOUND)
        .until(() -> listener("change", 1).path("attachedRoutes").asInt(0) == 1);
    for (int i = 0; i < 2; i++) {
      JsonNode listener = listener("change", i);
      assertThat(Bed.condition(listener, "Accepted")).isEqualTo("True Accepted");
      assertThat(Bed.condition(listener, "Conflicted")).isEqualTo("False NoConflicts");
      assertThat(Bed.condition(listener, "ResolvedRefs")).isEqualTo("True ResolvedRefs");
      assertThat(Bed.condition(listener, "Programmed")).isEqualTo("True Programmed");
      assertThat(listener.at("/supportedKinds/0/kind").asString("")).isEqualTo("HTTPRoute");
      assertThat(listener.at("/supportedKinds/1/kind").asString("")).isEqualTo("GRPCRoute");
    }
    JsonNode status = bed.object("gateway", "default", "gw-change").path("status");
    assertThat(Bed.condition(status, "Accepted")).isEqualTo("True Accepted");
    assertThat(Bed.condition(status, "Programmed")).isEqualTo("True Programmed");
    gateway("change", "  - {name: two, port: %d, protocol: HTTP}\n".formatted(two));
    await().atMost(Bed.BOUND).until(() -> bed.get(one, "any.example.com/").status() == 0);
    assertThat(bed.get(two, "any.example.com/").service()).isEqualTo("gw-a");
  }

  @Test
  @Shows({Feature.GATEWAY_HOSTNAME, Feature.GATEWAY_ISOLATION})
  void aRequestMeetsTheListenerThatIsMeantMostPrecisely() {
    int port = bed.port();
    gateway(
        "isolation",
        """
          - {name: all, port: %d, protocol: HTTP}
          - {name: wild, port: %d, protocol: HTTP, hostname: "*.example.com"}
          - {name: deep, port: %d, protocol: HTTP, hostname: "*.foo.example.com"}
          - {name: exact, port: %d, protocol: HTTP, hostname: abc.foo.example.com}
        """
            .formatted(port, port, port, port));
    for (String listener : List.of("all", "wild", "deep", "exact")) {
      bed.apply(
          """
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: {name: gw-on-%s}
          spec:
            parentRefs: [{name: gw-isolation, sectionName: %s}]
            rules:
            - matches: [{path: {value: /%s}}]
              backendRefs: [{name: gw-a, port: 80}]
          """
              .formatted(listener, listener, listener));
    }
    String[][] hosts = {
      {"bar.com", "all"},
      {"bar.example.com", "wild"},
      {"bar.foo.example.com", "deep"},
      {"abc.foo.example.com", "exact"}
    };
    for (String[] host : hosts) {
      bed.awaitService(port, host[0] + "/" + host[1], "gw-a");
      for (String listener : List.of("all", "wild", "deep", "exact")) {
        assertThat(bed.get(port, host[0] + "/" + listener).status())
            .as(host[0] + "/" + listener)
            .isEqualTo(listener.equals(host[1]) ? 200 : 404);
      }
    }
    // A listener without routes keeps its hosts, too.
    bed.delete("httproute", "default", "gw-on-exact");
    bed.awaitAnswer(port, "abc.foo.example.com/exact", 404);
    assertThat(bed.get(port, "abc.foo.example.com/deep").status()).isEqualTo(404);
  }

  @Test
  @Shows(Feature.GATEWAY_NAMESPACES)
  void aListenerTakesRoutesOfSomeNamespaces() {
    int port = bed.port();
    gateway(
        "spaces",
        """
          - {name: same, port: %d, protocol: HTTP, hostname: same.example.com}
          - name: all
            port: %d
            protocol: HTTP
            hostname: all.example.com
            allowedRoutes: {namespaces: {from: All}}
          - name: selector
            port: %d
            protocol: HTTP
            hostname: selector.example.com
            allowedRoutes:
              namespaces:
                from: Selector
                selector: {matchLabels: {kubernetes.io/metadata.name: gw-team}}
        """
            .formatted(port, port, port));
    for (String namespace : List.of("gw-team", "gw-other")) {
      bed.service(namespace, "gw-own");
      for (String host : List.of("same", "all", "selector")) {
        route(
            host,
            namespace,
            "spaces",
            """
              hostnames: [%s.example.com]
              rules:
              - matches: [{path: {value: /%s}}]
                backendRefs: [{name: gw-own, port: 80}]
            """
                .formatted(host, namespace));
      }
    }
    bed.awaitService(port, "all.example.com/gw-other", "gw-own");
    bed.awaitService(port, "selector.example.com/gw-team", "gw-own");
    assertThat(bed.get(port, "same.example.com/gw-team").status()).isEqualTo(404);
    assertThat(bed.get(port, "selector.example.com/gw-other").status()).isEqualTo(404);
    bed.awaitCondition(() -> parent("gw-team", "selector"), "Accepted", "True Accepted");
    bed.awaitCondition(
        () -> parent("gw-other", "selector"), "Accepted", "False NotAllowedByListeners");
    bed.awaitCondition(
        () -> parent("gw-team", "same"), "Accepted", "False NoMatchingListenerHostname");
  }

  @Test
  @Shows({Feature.GATEWAY_KINDS, Feature.GATEWAY_STATUS})
  void aListenerTakesTheKindsThatItNames() {
    int port = bed.port();
    gateway(
        "kinds",
        """
          - {name: grpc, port: %d, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}}
          - name: odd
            port: %d
            protocol: HTTP
            hostname: odd.example.com
            allowedRoutes: {kinds: [{kind: HTTPRoute}, {group: example.com, kind: Pool}]}
        """
            .formatted(port, bed.port()));
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: gw-kinds}
        spec:
          parentRefs: [{name: gw-kinds, sectionName: grpc}]
          rules: [{backendRefs: [{name: gw-a, port: 80}]}]
        """);
    bed.awaitCondition(() -> parent("default", "kinds"), "Accepted", "False NotAllowedByListeners");
    bed.awaitAnswer(port, "any.example.com/", 404);
    assertThat(Bed.condition(listener("kinds", 0), "ResolvedRefs")).isEqualTo("True ResolvedRefs");
    assertThat(listener("kinds", 0).path("supportedKinds").size()).isEqualTo(1);
    assertThat(Bed.condition(listener("kinds", 1), "ResolvedRefs"))
        .isEqualTo("False InvalidRouteKinds");
    assertThat(listener("kinds", 1).at("/supportedKinds/0/kind").asString(""))
        .isEqualTo("HTTPRoute");
  }

  @Test
  @Shows({Feature.GATEWAY_CONFLICTS, Feature.GATEWAY_STATUS})
  void listenersThatConflictSayItAndTheOthersServe() {
    int contested = bed.port();
    int free = bed.port();
    String good = "  - {name: good, port: %d, protocol: HTTP}\n".formatted(free);
    String plain = "  - {name: plain, port: %d, protocol: HTTP}\n".formatted(contested);
    gateway("conflict", good + plain);
    route(
        "conflict", "default", "conflict", "  rules: [{backendRefs: [{name: gw-b, port: 80}]}]\n");
    bed.awaitService(contested, "any.example.com/", "gw-b");
    gateway(
        "conflict",
        good + plain + "  - {name: raw, port: %d, protocol: TCP}\n".formatted(contested));
    await().atMost(Bed.BOUND).until(() -> bed.get(contested, "any.example.com/").status() == 0);
    assertThat(bed.get(free, "any.example.com/").service()).isEqualTo("gw-b");
    for (int i = 1; i < 3; i++) {
      JsonNode listener = listener("conflict", i);
      assertThat(Bed.condition(listener, "Accepted")).isEqualTo("False ProtocolConflict");
      assertThat(Bed.condition(listener, "Conflicted")).isEqualTo("True ProtocolConflict");
      assertThat(Bed.condition(listener, "Programmed")).isEqualTo("False Invalid");
    }
    assertThat(Bed.condition(listener("conflict", 0), "Conflicted")).isEqualTo("False NoConflicts");
    assertThat(Bed.condition(listener("conflict", 0), "Programmed")).isEqualTo("True Programmed");
    JsonNode status = bed.object("gateway", "default", "gw-conflict").path("status");
    assertThat(Bed.condition(status, "Accepted")).isEqualTo("True ListenersNotValid");
    // It heals with the conflict.
    gateway("conflict", good + plain);
    bed.awaitService(contested, "any.example.com/", "gw-b");
    bed.awaitCondition(() -> listener("conflict", 1), "Conflicted", "False NoConflicts");
  }

  @Test
  @Shows(Feature.GATEWAY_CONFLICTS)
  void aPortStaysWithTheOlderOfTwoGateways() {
    int contested = bed.port();
    int free = bed.port();
    gateway("older", "  - {name: http, port: %d, protocol: HTTP}\n".formatted(contested));
    route("older", "default", "older", "  rules: [{backendRefs: [{name: gw-a, port: 80}]}]\n");
    bed.awaitService(contested, "any.example.com/", "gw-a");
    gateway(
        "late",
        """
          - {name: same, port: %d, protocol: HTTP}
          - {name: host, port: %d, protocol: HTTP, hostname: late.example.com}
          - {name: free, port: %d, protocol: HTTP}
        """
            .formatted(contested, contested, free));
    route("late", "default", "late", "  rules: [{backendRefs: [{name: gw-b, port: 80}]}]\n");
    bed.awaitService(free, "any.example.com/", "gw-b");
    assertThat(bed.get(contested, "late.example.com/").service()).isEqualTo("gw-a");
    assertThat(Bed.condition(listener("late", 0), "Conflicted")).isEqualTo("True HostnameConflict");
    assertThat(Bed.condition(listener("late", 0), "Accepted")).isEqualTo("False HostnameConflict");
    assertThat(Bed.condition(listener("late", 1), "Accepted")).isEqualTo("False PortUnavailable");
    assertThat(Bed.condition(listener("late", 2), "Programmed")).isEqualTo("True Programmed");
    JsonNode status = bed.object("gateway", "default", "gw-late").path("status");
    assertThat(Bed.condition(status, "Accepted")).isEqualTo("True ListenersNotValid");
    assertThat(Bed.condition(status, "Programmed")).isEqualTo("False Invalid");
    assertThat(Bed.condition(listener("older", 0), "Programmed")).isEqualTo("True Programmed");
    bed.delete("gateway", "default", "gw-older");
    bed.awaitService(contested, "any.example.com/", "gw-b");
    bed.awaitCondition(() -> listener("late", 0), "Conflicted", "False NoConflicts");
  }

  @Test
  @Shows(Feature.GATEWAY_CONFLICTS)
  void whatTheSchemaForbidsIsRefusedAndTheLastGoodStays() {
    int port = bed.port();
    gateway("twice", "  - {name: good, port: %d, protocol: HTTP}\n".formatted(port));
    route("twice", "default", "twice", "  rules: [{backendRefs: [{name: gw-b, port: 80}]}]\n");
    bed.awaitService(port, "any.example.com/", "gw-b");
    JsonNode refused =
        bed.refused(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: gw-twice}
            spec:
              gatewayClassName: headgate
              listeners:
              - {name: good, port: %d, protocol: HTTP}
              - {name: again, port: %d, protocol: HTTP}
            """
                .formatted(port, port));
    assertThat(refused.at("/violations/0/path").asString("")).isEqualTo("spec.listeners[1].port");
    assertThat(refused.at("/violations/0/fix").asString(""))
        .isEqualTo("use another port or hostname");
    assertThat(bed.get(port, "any.example.com/").service()).isEqualTo("gw-b");
  }

  @Test
  @Shows({Feature.GATEWAY_HTTPS, Feature.REFERENCE_GRANT, Feature.GATEWAY_STATUS})
  void certificatesAreChosenByNameAndMustBeThereAndPermitted()
      throws GeneralSecurityException, IOException {
    int port = bed.port();
    Certificates certificates = new Certificates(bed, "gw-a.example.org", "gw-b.example.org");
    bed.apply(certificates.secret("default", "gw-cert-a", 0));
    bed.apply(certificates.secret("gw-vault", "gw-cert-b", 1));
    gateway(
        "tls",
        """
          - name: a
            port: %d
            protocol: HTTPS
            hostname: gw-a.example.org
            tls: {certificateRefs: [{name: gw-cert-a}]}
          - name: b
            port: %d
            protocol: HTTPS
            hostname: gw-b.example.org
            tls: {mode: Terminate, certificateRefs: [{name: gw-cert-b, namespace: gw-vault}]}
          - name: c
            port: %d
            protocol: HTTPS
            hostname: gw-c.example.org
            tls: {certificateRefs: [{name: gw-no-such}]}
        """
            .formatted(port, port, port));
    route("tls", "default", "tls", "  rules: [{backendRefs: [{name: gw-a, port: 80}]}]\n");
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(certificates.get(port, "gw-a.example.org").service()).isEqualTo("gw-a"));
    assertThat(certificates.get(port, "gw-b.example.org").status()).isZero();
    assertThat(Bed.condition(listener("tls", 0), "Programmed")).isEqualTo("True Programmed");
    assertThat(Bed.condition(listener("tls", 1), "ResolvedRefs"))
        .isEqualTo("False RefNotPermitted");
    assertThat(Bed.condition(listener("tls", 1), "Programmed")).isEqualTo("False Invalid");
    assertThat(Bed.condition(listener("tls", 2), "ResolvedRefs"))
        .isEqualTo("False InvalidCertificateRef");
    JsonNode status = bed.object("gateway", "default", "gw-tls").path("status");
    assertThat(Bed.condition(status, "Accepted")).isEqualTo("True ListenersNotValid");
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: gw, namespace: gw-vault}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}]
          to: [{group: "", kind: Secret, name: gw-cert-b}]
        """);
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(certificates.get(port, "gw-b.example.org").service()).isEqualTo("gw-a"));
  }

  @ParameterizedTest
  @EnumSource(value = Refusal.class, names = "DESTINATION_PORT", mode = EnumSource.Mode.EXCLUDE)
  void whatIsNotServedIsRefusedByName(Refusal refusal) {
    assertThat(refusal.hasField()).isTrue();
    JsonNode refused = bed.refused(refusal.manifest());
    assertThat(refused.at("/violations").toString()).contains(refusal.path());
  }
}
