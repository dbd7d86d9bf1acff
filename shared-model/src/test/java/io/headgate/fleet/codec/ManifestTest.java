package io.headgate.fleet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.Violation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
  static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata:
        name: cart
        namespace: shop
        creationTimestamp: null
        labels: {team: web}
      spec:
        parentRefs:
        - name: edge
          namespace: infra
          sectionName: http
        hostnames: ["Shop.example.com", "*.shop.example.com"]
        rules:
        - name: api
          matches:
          - path: {type: PathPrefix, value: /cart}
            headers:
            - {name: X-Tier, value: gold}
            queryParams:
            - {type: RegularExpression, name: v, value: "[0-9]+"}
            method: GET
          filters:
          - type: RequestHeaderModifier
            requestHeaderModifier:
              set: [{name: X-From, value: edge}]
              remove: [x-debug]
          - type: URLRewrite
            urlRewrite:
              hostname: cart.internal
              path: {type: ReplacePrefixMatch, replacePrefixMatch: /}
          backendRefs:
          - {name: cart, port: 80, weight: 90}
          - {name: cart-canary, namespace: lab, port: 80, weight: 10}
          timeouts: {request: 10s, backendRequest: 2500ms}
          retry: {codes: [503], attempts: 2, backoff: 100ms}
      """;

  private static List<Violation> violations(String text) {
    return FleetReader.violations(FleetReader.manifests(text));
  }

  @Test
  void aGatewayApiManifestIsReadAsItIs() {
    List<ManifestDocument> documents = FleetReader.manifests(ROUTE);

    assertThat(documents).hasSize(1);
    assertThat(documents.get(0).title()).isEqualTo("HTTPRoute shop/cart");
    HttpRoute route = (HttpRoute) documents.get(0).object().orThrow();
    assertThat(route.metadata().labels()).containsEntry("team", "web");
    assertThat(route.parents())
        .containsExactly(
            new HttpRoute.ParentRef(new ObjectKey(Kind.GATEWAY, "infra", "edge"), "http", null));
    assertThat(route.hostnames()).containsExactly("shop.example.com", "*.shop.example.com");
    HttpRoute.Rule rule = route.rules().get(0);
    assertThat(rule.matches())
        .containsExactly(
            new RouteMatch(
                new RouteMatch.PathMatch.Prefix("/cart"),
                List.of(new RouteMatch.ValueMatch("x-tier", "gold", false)),
                List.of(new RouteMatch.ValueMatch("v", "[0-9]+", true)),
                "GET"));
    assertThat(rule.filters())
        .containsExactly(
            new HttpFilter.RequestHeaders(
                new HttpFilter.HeaderEdit(
                    List.of(new HttpFilter.Header("x-from", "edge")),
                    List.of(),
                    List.of("x-debug"))),
            new HttpFilter.Rewrite("cart.internal", new HttpFilter.PathEdit.Prefix("/")));
    assertThat(rule.backends())
        .containsExactly(
            new HttpRoute.BackendRef(new ObjectKey(Kind.SERVICE, "shop", "cart"), 80, 90),
            new HttpRoute.BackendRef(new ObjectKey(Kind.SERVICE, "lab", "cart-canary"), 80, 10));
    assertThat(rule.timeouts())
        .isEqualTo(new HttpRoute.Timeouts(Duration.ofSeconds(10), Duration.ofMillis(2500)));
    assertThat(rule.retry())
        .isEqualTo(new HttpRoute.RouteRetry(List.of(503), 2, Duration.ofMillis(100)));
  }

  @Test
  void threeMistakesAreThreeViolationsWithPathsAndLines() {
    String broken =
        ROUTE
            .replace("weight: 10}", "weight: -1}")
            .replace("  hostnames:", "  hostnmaes:")
            .replace("request: 10s", "request: ten");

    assertThat(violations(broken))
        .containsExactly(
            new Violation(
                "spec.hostnmaes", 13, "", "is not a field of spec", "did you mean \"hostnames\"?"),
            new Violation(
                "spec.rules[0].backendRefs[1].weight",
                34,
                "-1",
                "is not a weight",
                "use 0 to 1000000"),
            new Violation(
                "spec.rules[0].timeouts.request",
                35,
                "ten",
                "is not a duration",
                "write it as \"15s\", \"250ms\" or \"1h30m\""));
  }

  @Test
  void aMisspeltNameExcusesWhatIsMissingAndNothingElse() {
    String text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{%s}]}\n";
    assertThat(violations(text.formatted("prt: 80")))
        .extracting(Violation::path)
        .containsExactly("spec.ports[0].prt");
    assertThat(violations(text.formatted("prt: 80, port: 0")))
        .extracting(Violation::path)
        .containsExactly("spec.ports[0].prt", "spec.ports[0].port");
  }

  @Test
  void aKnownFieldThatIsNotImplementedIsRefusedByName() {
    assertThat(violations(ROUTE + "    sessionPersistence: {sessionName: a}\n"))
        .containsExactly(
            new Violation(
                "spec.rules[0].sessionPersistence",
                37,
                "",
                "is known but not implemented",
                "there is no session affinity yet; remove it"));
  }

  @Test
  void aMistakeInOneDocumentDoesNotHideThoseOfTheNext() {
    String text =
        """
        # several objects
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge
        ---
        apiVersion: gateway.headgate.io/v1
        kind: Service
        metadata: {name: Cart}
        spec:
          ports: [{port: 0}]
        ---
        kind: Servce
        """;

    List<ManifestDocument> documents = FleetReader.manifests(text);

    assertThat(documents).extracting(ManifestDocument::line).containsExactly(2, 7, 13);
    assertThat(FleetReader.violations(documents))
        .extracting(Violation::path, Violation::line)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("", 6),
            org.assertj.core.groups.Tuple.tuple("metadata.name", 9),
            org.assertj.core.groups.Tuple.tuple("spec.ports[0].port", 11),
            org.assertj.core.groups.Tuple.tuple("kind", 13));
    assertThat(FleetReader.violations(documents).get(3).fix())
        .isEqualTo("did you mean \"Service\"?");
  }

  @Test
  void keysGivenTwiceAndWrongTypesAreViolations() {
    String text =
        """
        apiVersion: gateway.headgate.io/v1
        kind: Service
        metadata:
          name: cart
          name: card
          labels:
            a: b
            a: c
            version: 1.10
        spec:
          ports:
          - name: 7
            port: "80"
            targetPort: 80.5
          - name: admin
            port: {number: 81}
        """;

    assertThat(violations(text))
        .extracting(Violation::path, Violation::line, Violation::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "metadata.name", 5, "is given twice, first in line 4"),
            org.assertj.core.groups.Tuple.tuple(
                "metadata.labels[\"a\"]", 8, "is given twice, first in line 7"),
            org.assertj.core.groups.Tuple.tuple(
                "metadata.labels[\"version\"]", 9, "must be text, not a number"),
            org.assertj.core.groups.Tuple.tuple(
                "spec.ports[0].name", 12, "must be text, not a whole number"),
            org.assertj.core.groups.Tuple.tuple(
                "spec.ports[0].port", 13, "must be a whole number, not text"),
            org.assertj.core.groups.Tuple.tuple(
                "spec.ports[0].targetPort", 14, "must be a whole number, not a number"),
            org.assertj.core.groups.Tuple.tuple(
                "spec.ports[1].port", 16, "must be a whole number, not a mapping"));
  }

  @Test
  void jsonAndFlowYamlAreManifestsToo() {
    String json =
        """
        {
        \t"apiVersion": "v1", "kind": "Service",
        \t"metadata": {"name": "cart"},
        \t"spec": {"ports": [{"port": 80}]}
        }
        """;
    FleetObject fromJson = FleetReader.manifests(json).get(0).object().orThrow();
    FleetObject fromFlow =
        FleetReader.manifests(
                "{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {ports: [{port:"
                    + " 80}]}}")
            .get(0)
            .object()
            .orThrow();

    assertThat(fromJson).isEqualTo(fromFlow);
    assertThat(fromJson.key()).isEqualTo(new ObjectKey(Kind.SERVICE, "default", "cart"));
  }

  @Test
  void kindsThatAreKnownByNameAreRefusedWithWhatToUse() {
    assertThat(violations("apiVersion: gateway.networking.k8s.io/v1\nkind: UDPRoute\n"))
        .containsExactly(
            new Violation(
                "kind",
                2,
                "UDPRoute",
                "is known but not implemented",
                "only HTTP, TLS and TCP are served"));
    assertThat(violations("kind: Gateway\napiVersion: v1\n"))
        .extracting(Violation::path)
        .contains("apiVersion", "metadata.name", "spec.listeners");
  }

  @Test
  void whatTheSchemaSaysOfListenersIsChecked() {
    String text =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: a, port: 80, protocol: HTTP}
          - {name: b, port: 80, protocol: HTTP}
          - {name: c, port: 80, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}} # conflicts
          - {name: d, port: 443, protocol: HTTPS}
          - {name: e, port: 8443, protocol: HTTPS, tls: {mode: Passthrough, certificateRefs: [{name: x, kind: ConfigMap}]}}
          - {name: a, port: 81, protocol: UDP, allowedRoutes: {namespaces: {from: Selector, selector: {}}}}
        """;

    assertThat(violations(text))
        .extracting(Violation::path)
        .containsExactlyInAnyOrder(
            "spec.listeners[1].port",
            "spec.listeners[3].tls.certificateRefs",
            "spec.listeners[4].tls.mode",
            "spec.listeners[4].tls.certificateRefs[0].kind",
            "spec.listeners[5].name",
            "spec.listeners[5].protocol");
  }

  @Test
  void aTextWithoutADocumentHoldsNothing() {
    assertThat(FleetReader.manifests("")).isEmpty();
    assertThat(FleetReader.manifests("# nothing\n---\n\n---\n# here\n")).isEmpty();
    assertThat(FleetReader.manifests("%YAML 1.2\n---\n" + ROUTE).get(0).object().isValid())
        .isTrue();
    assertThat(
            ((Gateway)
                    FleetReader.manifests(
                            "apiVersion: gateway.networking.k8s.io/v1\n"
                                + "kind: Gateway\n"
                                + "metadata: {name: e}\n"
                                + "spec: {gatewayClassName: h, listeners: [{name: a, port: 80,"
                                + " protocol: HTTP}]}")
                        .get(0)
                        .object()
                        .orThrow())
                .listeners()
                .get(0)
                .routes())
        .isEqualTo(AllowedRoutes.SAME_NAMESPACE);
  }
}
