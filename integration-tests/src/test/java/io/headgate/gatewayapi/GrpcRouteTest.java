package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Where the calls of gRPC clients go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcRouteTest {
  private final Bed bed = Bed.shared();
  private final Map<String, Rpc> servers = new HashMap<>();
  private int port;

  @BeforeAll
  void start() {
    port = bed.gateway("rpc");
    for (String name : new String[] {"a", "b", "mirror"}) {
      Rpc server = new Rpc(name);
      servers.put(name, server);
      bed.service("default", "rpc-" + name, server.port(), "kubernetes.io/h2c");
    }
  }

  @AfterAll
  void stop() {
    servers.values().forEach(Rpc::close);
  }

  private void route(String kind, String name, String rules) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: %s
        metadata: {name: rpc-%s}
        spec:
          parentRefs: [{name: rpc}]
          hostnames: [%s.rpc.example.com]
          rules:
        """
                .formatted(kind, name, name)
            + rules);
  }

  private void route(String name, String rules) {
    route("GRPCRoute", name, rules);
  }

  private String call(String name, String method, String... headers) {
    return Rpc.call(bed.address(), port, name + ".rpc.example.com", method, headers).text();
  }

  private void awaitCall(String name, String method, String expected) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(call(name, method)).isEqualTo(expected));
  }

  private JsonNode parent(String kind, String name) {
    return bed.object(kind, "default", "rpc-" + name).at("/status/parents/0");
  }

  @Test
  @Shows({Feature.GRPC_METHOD, Feature.GRPC_METHOD_OTHER, Feature.GRPC_HEADER})
  void callsMatchByServiceMethodAndHeaders() {
    route(
        "match",
        """
          - matches: [{method: {service: shop.v1.Cart, method: Add}}]
            backendRefs: [{name: rpc-a, port: 80}]
          - matches: [{method: {service: shop.v1.Stock}}]
            backendRefs: [{name: rpc-b, port: 80}]
          - matches: [{method: {method: Ping}}]
            backendRefs: [{name: rpc-a, port: 80}]
          - matches:
            - method: {type: RegularExpression, service: 'shop\\.v[0-9]\\.Search', method: "Find.*"}
            backendRefs: [{name: rpc-b, port: 80}]
          - matches:
            - method: {service: shop.v1.Head}
              headers: [{name: x-colour, value: green}]
            - method: {service: shop.v1.Head}
              headers: [{type: RegularExpression, name: x-size, value: "[0-9]+"}]
            backendRefs: [{name: rpc-a, port: 80}]
        """);
    awaitCall("match", "shop.v1.Cart/Add", "a");
    assertThat(call("match", "shop.v1.Cart/Remove")).isEqualTo("UNIMPLEMENTED");
    assertThat(call("match", "shop.v1.Stock/Any")).isEqualTo("b");
    assertThat(call("match", "other.Thing/Ping")).isEqualTo("a");
    assertThat(call("match", "shop.v2.Search/FindAll")).isEqualTo("b");
    assertThat(call("match", "shop.v2.Search/Lose")).isEqualTo("UNIMPLEMENTED");
    assertThat(call("match", "shop.v1.Head/X", "x-colour", "green")).isEqualTo("a");
    assertThat(call("match", "shop.v1.Head/X", "x-size", "12")).isEqualTo("a");
    assertThat(call("match", "shop.v1.Head/X")).isEqualTo("UNIMPLEMENTED");
    // What is no gRPC request is not for this route.
    assertThat(bed.get(port, "match.rpc.example.com/shop.v1.Stock/Any").status()).isEqualTo(404);
  }

  @Test
  @Shows(Feature.GRPC_PRECEDENCE)
  void theLongestServiceAndMethodWin() {
    route(
        "order",
        """
          - backendRefs: [{name: rpc-mirror, port: 80}]
          - matches: [{method: {method: VeryLongMethodName}}]
            backendRefs: [{name: rpc-mirror, port: 80}]
          - matches: [{method: {service: one.Two}}]
            backendRefs: [{name: rpc-a, port: 80}]
          - matches: [{method: {service: one.Two, method: Three}}]
            backendRefs: [{name: rpc-b, port: 80}]
          - matches:
            - method: {service: one.Two, method: Three}
              headers: [{name: x-more, value: "1"}]
            backendRefs: [{name: rpc-a, port: 80}]
        """);
    awaitCall("order", "one.Two/Three", "b");
    assertThat(call("order", "one.Two/Three", "x-more", "1")).isEqualTo("a");
    assertThat(call("order", "one.Two/VeryLongMethodName")).isEqualTo("a");
    assertThat(call("order", "other.One/VeryLongMethodName")).isEqualTo("mirror");
    assertThat(call("order", "other.One/X")).isEqualTo("mirror");
  }

  @Test
  @Shows({
    Feature.GRPC_REQUEST_HEADERS,
    Feature.GRPC_RESPONSE_HEADERS,
    Feature.GRPC_BACKEND_HEADERS,
    Feature.GRPC_MIRROR
  })
  void filtersChangeHeadersAndCopyCalls() {
    route(
        "filter",
        """
          - matches: [{method: {service: f.Rule}}]
            filters:
            - type: RequestHeaderModifier
              requestHeaderModifier: {set: [{name: x-seen, value: rule}]}
            - type: ResponseHeaderModifier
              responseHeaderModifier: {set: [{name: x-answer, value: rule}]}
            backendRefs: [{name: rpc-a, port: 80}]
          - matches: [{method: {service: f.Backend}}]
            backendRefs:
            - name: rpc-a
              port: 80
              filters:
              - type: RequestHeaderModifier
                requestHeaderModifier: {set: [{name: x-seen, value: backend}]}
              - type: ResponseHeaderModifier
                responseHeaderModifier: {set: [{name: x-answer, value: backend}]}
          - matches: [{method: {service: f.Mirror}}]
            filters:
            - {type: RequestMirror, requestMirror: {backendRef: {name: rpc-mirror, port: 80}}}
            backendRefs: [{name: rpc-a, port: 80}]
        """);
    awaitCall("filter", "f.Rule/X", "a rule");
    assertThat(Rpc.call(bed.address(), port, "filter.rpc.example.com", "f.Rule/X"))
        .isEqualTo(new Rpc.Result("a rule", "rule"));
    assertThat(Rpc.call(bed.address(), port, "filter.rpc.example.com", "f.Backend/X"))
        .isEqualTo(new Rpc.Result("a backend", "backend"));
    Rpc mirror = Objects.requireNonNull(servers.get("mirror"));
    int before = mirror.calls();
    assertThat(call("filter", "f.Mirror/X")).isEqualTo("a");
    await().atMost(Bed.BOUND).until(() -> mirror.calls() > before);
  }

  @Test
  @Shows({Feature.GRPC_WEIGHT, Feature.GRPC_ERRORS, Feature.GRPC_STATUS})
  void callsAreSharedByWeightAndMissingSharesAreUnavailable() {
    route(
        "weight",
        """
          - matches: [{method: {service: w.Shared}}]
            backendRefs:
            - {name: rpc-a, port: 80, weight: 1}
            - {name: rpc-b, port: 80, weight: 1}
          - matches: [{method: {service: w.Half}}]
            backendRefs:
            - {name: rpc-a, port: 80}
            - {name: rpc-missing, port: 80}
          - matches: [{method: {service: w.Gone}}]
            backendRefs: [{name: rpc-missing, port: 80}]
          - matches: [{method: {service: w.Nothing}}]
          - matches: [{method: {service: w.Kind}}]
            backendRefs: [{group: example.com, kind: Pool, name: rpc-a, port: 80}]
        """);
    awaitCall("weight", "w.Gone/X", "UNAVAILABLE");
    assertThat(call("weight", "w.Nothing/X")).isEqualTo("UNAVAILABLE");
    assertThat(call("weight", "w.Kind/X")).isEqualTo("UNAVAILABLE");
    Map<String, Integer> shared = new HashMap<>();
    Map<String, Integer> half = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      shared.merge(call("weight", "w.Shared/X"), 1, Integer::sum);
      half.merge(call("weight", "w.Half/X"), 1, Integer::sum);
    }
    assertThat(shared).containsOnlyKeys("a", "b");
    assertThat(half).containsOnlyKeys("a", "UNAVAILABLE");
    bed.awaitCondition(() -> parent("grpcroute", "weight"), "Accepted", "True Accepted");
    bed.awaitCondition(
        () -> parent("grpcroute", "weight"), "ResolvedRefs", "False BackendNotFound");
  }

  @Test
  @Shows(Feature.GRPC_HOSTNAMES)
  void aHostIsForHttpOrForGrpcRoutes() {
    route("host", "  - backendRefs: [{name: rpc-a, port: 80}]\n");
    awaitCall("host", "any.Service/Method", "a");
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: rpc-clash}
        spec:
          parentRefs: [{name: rpc}]
          hostnames: [host.rpc.example.com]
          rules: [{backendRefs: [{name: rpc-b, port: 80}]}]
        """);
    bed.awaitCondition(() -> parent("httproute", "clash"), "Accepted", "False HostnameConflict");
    assertThat(call("host", "any.Service/Method")).isEqualTo("a");
    assertThat(Rpc.call(bed.address(), port, "nobody.rpc.example.com", "a.B/C").text())
        .isEqualTo("UNIMPLEMENTED");
    bed.delete("grpcroute", "default", "rpc-host");
    bed.awaitCondition(() -> parent("httproute", "clash"), "Accepted", "True Accepted");
    bed.delete("httproute", "default", "rpc-clash");
  }

  @Test
  @Shows(Feature.HTTP_H2C)
  void anHttpRouteReachesBackendsByHttp2() {
    route("HTTPRoute", "h2c", "  - backendRefs: [{name: rpc-b, port: 80}]\n");
    awaitCall("h2c", "any.Service/Method", "b");
  }

  @Test
  @Shows(Feature.GRPC_NAMED_RULE)
  void aPolicyGovernsTheRuleThatItNames() {
    route(
        "named",
        """
          - name: first
            matches: [{method: {service: n.First}}]
            backendRefs: [{name: rpc-a, port: 80}]
          - name: second
            matches: [{method: {service: n.Second}}]
            backendRefs: [{name: rpc-a, port: 80}]
        ---
        apiVersion: gateway.headgate.io/v1
        kind: SecurityPolicy
        metadata: {name: rpc-named}
        spec:
          targetRefs: [{kind: GRPCRoute, name: rpc-named, sectionName: second}]
          requestHeaders: {allow: [x-other]}
        """);
    awaitCall("named", "n.First/X", "a");
    assertThat(call("named", "n.First/X", "x-seen", "passes")).isEqualTo("a passes");
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(
            () -> assertThat(call("named", "n.Second/X", "x-seen", "removed")).isEqualTo("a"));
  }
}
