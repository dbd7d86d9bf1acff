package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which rule of which HTTPRoute takes a request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpRouteMatchTest {
  private static final String ROUTE =
      """
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      """;

  private final Bed bed = Bed.shared();
  private int port;

  @BeforeAll
  void start() {
    port = bed.gateway("match");
    for (String service : new String[] {"a", "b", "c", "d", "e", "f"}) {
      bed.service("match-" + service);
    }
  }

  private void routes(String... specs) {
    StringBuilder manifests = new StringBuilder();
    for (String spec : specs) {
      manifests.append(ROUTE).append(spec);
    }
    bed.apply(manifests.toString());
  }

  private String service(String method, String url, String... headers) {
    Answer answer = bed.ask(port, method, url, headers);
    return answer.status() == 200 ? answer.service() : Integer.toString(answer.status());
  }

  private String get(String url, String... headers) {
    return service("GET", url, headers);
  }

  @Test
  @Shows({Feature.HTTP_PATH, Feature.HTTP_PATH_REGEX})
  void pathsMatchWholeElementsOrExpressions() {
    routes(
        """
        metadata: {name: match-path}
        spec:
          parentRefs: [{name: match}]
          hostnames: [path.example.com]
          rules:
          - matches: [{path: {type: Exact, value: /one}}]
            backendRefs: [{name: match-a, port: 80}]
          - matches: [{path: {type: PathPrefix, value: /two}}, {path: {value: /three/}}]
            backendRefs: [{name: match-b, port: 80}]
          - matches: [{path: {type: RegularExpression, value: "/item/[0-9]+"}}]
            backendRefs: [{name: match-c, port: 80}]
        """);
    bed.awaitService(port, "path.example.com/one", "match-a");
    assertThat(get("path.example.com/one?x=1")).isEqualTo("match-a");
    assertThat(get("path.example.com/one/")).isEqualTo("404");
    assertThat(get("path.example.com/two")).isEqualTo("match-b");
    assertThat(get("path.example.com/two/deep")).isEqualTo("match-b");
    assertThat(get("path.example.com/twofold")).isEqualTo("404");
    assertThat(get("path.example.com/three")).isEqualTo("match-b");
    assertThat(get("path.example.com/item/12")).isEqualTo("match-c");
    assertThat(get("path.example.com/item/12/x")).isEqualTo("404");
  }

  @Test
  @Shows({Feature.HTTP_HEADER, Feature.HTTP_HEADER_REGEX, Feature.HTTP_QUERY, Feature.HTTP_METHOD})
  void headersQueryParametersAndMethodsMustAllMatch() {
    routes(
        """
        metadata: {name: match-parts}
        spec:
          parentRefs: [{name: match}]
          hostnames: [parts.example.com]
          rules:
          - matches: [{headers: [{name: X-Colour, value: green}, {name: x-size, value: "1"}]}]
            backendRefs: [{name: match-a, port: 80}]
          - matches:
            - headers: [{type: RegularExpression, name: x-version, value: "v[0-9]+"}]
            backendRefs: [{name: match-b, port: 80}]
          - matches: [{queryParams: [{name: animal, value: whale}]}]
            backendRefs: [{name: match-c, port: 80}]
          - matches:
            - queryParams: [{type: RegularExpression, name: animal, value: "dolphin.*"}]
            backendRefs: [{name: match-d, port: 80}]
          - matches: [{method: POST}, {path: {value: /put}, method: PUT}]
            backendRefs: [{name: match-e, port: 80}]
        """);
    bed.awaitService(port, "parts.example.com/?animal=whale", "match-c");
    assertThat(get("parts.example.com/", "x-colour: green", "x-size: 1")).isEqualTo("match-a");
    assertThat(get("parts.example.com/", "x-colour: green")).isEqualTo("404");
    assertThat(get("parts.example.com/", "x-version: v12")).isEqualTo("match-b");
    assertThat(get("parts.example.com/", "x-version: 12")).isEqualTo("404");
    assertThat(get("parts.example.com/?animal=whales")).isEqualTo("404");
    assertThat(get("parts.example.com/?animal=dolphins&x=1")).isEqualTo("match-d");
    assertThat(service("POST", "parts.example.com/", "content-length: 0")).isEqualTo("match-e");
    assertThat(service("PUT", "parts.example.com/", "content-length: 0")).isEqualTo("404");
    assertThat(service("PUT", "parts.example.com/put", "content-length: 0")).isEqualTo("match-e");
  }

  @Test
  @Shows(Feature.HTTP_HOSTNAMES)
  void hostnamesOfRouteAndListenerIntersect() {
    int own = bed.port();
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: match-hosts}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: exact, port: %d, protocol: HTTP, hostname: very.specific.com}
          - {name: wild, port: %d, protocol: HTTP, hostname: "*.wildcard.io"}
        """
            .formatted(own, own));
    routes(
        """
        metadata: {name: match-hosts-a}
        spec:
          parentRefs: [{name: match-hosts}]
          hostnames: [non.matching.com, "*.nonmatching.io", "*.specific.com"]
          rules: [{backendRefs: [{name: match-a, port: 80}]}]
        """,
        """
        metadata: {name: match-hosts-b}
        spec:
          parentRefs: [{name: match-hosts}]
          hostnames: [foo.wildcard.io, wildcard.io]
          rules: [{backendRefs: [{name: match-b, port: 80}]}]
        """);
    bed.awaitService(own, "very.specific.com/", "match-a");
    bed.awaitService(own, "foo.wildcard.io/", "match-b");
    for (String other :
        new String[] {
          "non.matching.com/", "other.specific.com/", "bar.wildcard.io/", "wildcard.io/"
        }) {
      assertThat(bed.get(own, other).status()).as(other).isEqualTo(404);
    }
  }

  @Test
  @Shows(Feature.HTTP_PRECEDENCE)
  void theMostSpecificMatchOfAllRoutesWins() {
    routes(
        """
        metadata: {name: match-order-z}
        spec:
          parentRefs: [{name: match}]
          hostnames: ["*.order.example.com"]
          rules:
          - matches: [{path: {value: /}}]
            backendRefs: [{name: match-a, port: 80}]
          - matches: [{path: {value: /same}}]
            backendRefs: [{name: match-b, port: 80}]
        """);
    bed.awaitService(port, "x.order.example.com/same", "match-b");
    routes(
        """
        metadata: {name: match-order-a}
        spec:
          parentRefs: [{name: match}]
          hostnames: ["*.order.example.com"]
          rules:
          - matches: [{path: {value: /same}}]
            backendRefs: [{name: match-c, port: 80}]
          - matches: [{path: {value: /same/longer}}]
            backendRefs: [{name: match-c, port: 80}]
          - matches: [{path: {type: Exact, value: /same/longer/still}}]
            backendRefs: [{name: match-d, port: 80}]
          - matches: [{path: {value: /same}, method: GET}]
            backendRefs: [{name: match-e, port: 80}]
          - matches: [{path: {value: /tie}, headers: [{name: x-a, value: "1"}]}]
            backendRefs: [{name: match-a, port: 80}]
          - matches:
            - path: {value: /tie}
              headers: [{name: x-a, value: "1"}, {name: x-b, value: "1"}]
            backendRefs: [{name: match-b, port: 80}]
          - matches: [{path: {value: /tie}, queryParams: [{name: q, value: "1"}]}]
            backendRefs: [{name: match-c, port: 80}]
          - matches: [{path: {value: /twice}}]
            backendRefs: [{name: match-d, port: 80}]
          - matches: [{path: {value: /twice}}]
            backendRefs: [{name: match-e, port: 80}]
        """,
        """
        metadata: {name: match-order-host}
        spec:
          parentRefs: [{name: match}]
          hostnames: [exact.order.example.com]
          rules: [{backendRefs: [{name: match-f, port: 80}]}]
        """);
    bed.awaitService(port, "exact.order.example.com/", "match-f");
    // A longer path, an exact one, then the method.
    assertThat(get("x.order.example.com/")).isEqualTo("match-a");
    assertThat(get("x.order.example.com/same/longer/x")).isEqualTo("match-c");
    assertThat(get("x.order.example.com/same/longer/still")).isEqualTo("match-d");
    assertThat(get("x.order.example.com/same")).isEqualTo("match-e");
    // Of two that are equal the older route has it, whatever its name is.
    assertThat(service("HEAD", "x.order.example.com/same")).isEmpty();
    assertThat(service("DELETE", "x.order.example.com/same")).isEqualTo("match-b");
    // More headers, then more query parameters, then the order in the route.
    assertThat(get("x.order.example.com/tie?q=1", "x-a: 1")).isEqualTo("match-a");
    assertThat(get("x.order.example.com/tie", "x-a: 1", "x-b: 1")).isEqualTo("match-b");
    assertThat(get("x.order.example.com/tie?q=1")).isEqualTo("match-c");
    assertThat(get("x.order.example.com/twice")).isEqualTo("match-d");
  }

  @Test
  @Shows({Feature.HTTP_PARENT_SECTION, Feature.HTTP_PARENT_PORT})
  void aRouteChoosesListenersByNameAndPort() {
    int one = bed.port();
    int two = bed.port();
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: match-parents}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: one, port: %d, protocol: HTTP}
          - {name: two, port: %d, protocol: HTTP}
        """
            .formatted(one, two));
    routes(
        """
        metadata: {name: match-section}
        spec:
          parentRefs: [{name: match-parents, sectionName: one}]
          hostnames: [section.example.com]
          rules: [{backendRefs: [{name: match-a, port: 80}]}]
        """,
        """
        metadata: {name: match-port}
        spec:
          parentRefs: [{name: match-parents, port: %d}, {name: match-parents, port: 1}]
          hostnames: [port.example.com]
          rules: [{backendRefs: [{name: match-b, port: 80}]}]
        """
            .formatted(two));
    bed.awaitService(one, "section.example.com/", "match-a");
    bed.awaitService(two, "port.example.com/", "match-b");
    assertThat(bed.get(two, "section.example.com/").status()).isEqualTo(404);
    assertThat(bed.get(one, "port.example.com/").status()).isEqualTo(404);
    bed.awaitCondition(
        () -> bed.object("httproute", "default", "match-port").at("/status/parents/0"),
        "Accepted",
        "True Accepted");
    bed.awaitCondition(
        () -> bed.object("httproute", "default", "match-port").at("/status/parents/1"),
        "Accepted",
        "False NoMatchingParent");
  }
}
