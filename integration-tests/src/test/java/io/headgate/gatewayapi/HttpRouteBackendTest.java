package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Where an HTTPRoute sends requests, how long it waits, and what it says when it cannot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpRouteBackendTest {
  private final Bed bed = Bed.shared();
  private int port;

  @BeforeAll
  void start() {
    port = bed.gateway("back");
    bed.service("back-a");
    bed.service("back-b");
    bed.service("back-c");
  }

  private void route(String name, String rules) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: back-%s}
        spec:
          parentRefs: [{name: back}]
          hostnames: [%s.example.com]
          rules:
        """
                .formatted(name, name)
            + rules);
  }

  private JsonNode parent(String route) {
    return bed.object("httproute", "default", "back-" + route).at("/status/parents/0");
  }

  @Test
  @Shows(Feature.HTTP_WEIGHT)
  void requestsAreSharedByWeight() {
    route(
        "weight",
        """
          - backendRefs:
            - {name: back-a, port: 80, weight: 7}
            - {name: back-b, port: 80, weight: 3}
            - {name: back-c, port: 80, weight: 0}
        """);
    bed.awaitAnswer(port, "weight.example.com/", 200);
    int b = 0;
    int requests = 300;
    for (int i = 0; i < requests; i++) {
      String service = bed.get(port, "weight.example.com/").service();
      assertThat(service).isIn("back-a", "back-b");
      b += service.equals("back-b") ? 1 : 0;
    }
    // 90 are expected; these bounds are more than five standard deviations away.
    assertThat(b).isBetween(48, 132);
  }

  @Test
  @Shows({Feature.HTTP_TIMEOUT, Feature.HTTP_BACKEND_TIMEOUT, Feature.HTTP_RETRY})
  void slowAndFailingBackendsMeetTimeoutsAndRetries() {
    route(
        "slow",
        """
          - matches: [{path: {value: /request}}]
            timeouts: {request: 300ms}
            backendRefs: [{name: back-a, port: 80}]
          - matches: [{path: {value: /backend}}]
            timeouts: {request: 10s, backendRequest: 300ms}
            backendRefs: [{name: back-a, port: 80}]
          - matches: [{path: {value: /off}}]
            timeouts: {request: 0s}
            backendRefs: [{name: back-a, port: 80}]
          - matches: [{path: {value: /retry}}]
            retry: {codes: [503], attempts: 2, backoff: 10ms}
            backendRefs: [{name: back-a, port: 80}]
        """);
    bed.awaitService(port, "slow.example.com/request", "back-a");
    assertThat(bed.get(port, "slow.example.com/request", "x-delay-ms: 3000").status())
        .isEqualTo(504);
    assertThat(bed.get(port, "slow.example.com/backend", "x-delay-ms: 3000").status())
        .isEqualTo(504);
    assertThat(bed.get(port, "slow.example.com/off", "x-delay-ms: 700").status()).isEqualTo(200);
    assertThat(bed.get(port, "slow.example.com/off", "x-flaky: one").status()).isEqualTo(503);
    assertThat(bed.get(port, "slow.example.com/retry", "x-flaky: two").status()).isEqualTo(200);
  }

  @Test
  @Shows(Feature.HTTP_NAMED_RULE)
  void aPolicyGovernsTheRuleThatItNames() {
    route(
        "named",
        """
          - name: quick
            matches: [{path: {value: /quick}}]
            backendRefs: [{name: back-a, port: 80}]
          - name: patient
            matches: [{path: {value: /patient}}]
            backendRefs: [{name: back-a, port: 80}]
        ---
        apiVersion: gateway.headgate.io/v1
        kind: BackendTrafficPolicy
        metadata: {name: back-named}
        spec:
          targetRefs: [{kind: HTTPRoute, name: back-named, sectionName: quick}]
          timeout: {http: {requestTimeout: 300ms}}
        """);
    bed.awaitService(port, "named.example.com/quick", "back-a");
    assertThat(bed.get(port, "named.example.com/quick", "x-delay-ms: 2000").status())
        .isEqualTo(504);
    assertThat(bed.get(port, "named.example.com/patient", "x-delay-ms: 700").status())
        .isEqualTo(200);
  }

  @Test
  @Shows({Feature.HTTP_ERRORS, Feature.HTTP_STATUS})
  void whatIsNotThereIsAnsweredByAnError() {
    bed.service("elsewhere", "back-far");
    route(
        "errors",
        """
          - matches: [{path: {value: /missing}}]
            backendRefs: [{name: back-missing, port: 80}]
          - matches: [{path: {value: /half}}]
            backendRefs: [{name: back-a, port: 80}, {name: back-missing, port: 80}]
          - matches: [{path: {value: /none}}]
          - matches: [{path: {value: /zero}}]
            backendRefs: [{name: back-a, port: 80, weight: 0}]
        """);
    route("far", "  - backendRefs: [{name: back-far, namespace: elsewhere, port: 80}]\n");
    route("kind", "  - backendRefs: [{group: example.com, kind: Pool, name: back-a, port: 80}]\n");
    for (String url :
        List.of(
            "errors.example.com/missing",
            "errors.example.com/none",
            "errors.example.com/zero",
            "far.example.com/",
            "kind.example.com/")) {
      bed.awaitAnswer(port, url, 500);
    }
    Map<Integer, Long> half = bed.statuses(port, "errors.example.com/half", 100);
    assertThat(half).containsOnlyKeys(200, 500);
    assertThat(half.get(500)).isBetween(20L, 80L);
    bed.awaitCondition(() -> parent("errors"), "Accepted", "True Accepted");
    bed.awaitCondition(() -> parent("errors"), "ResolvedRefs", "False BackendNotFound");
    bed.awaitCondition(() -> parent("far"), "ResolvedRefs", "False RefNotPermitted");
    bed.awaitCondition(() -> parent("kind"), "ResolvedRefs", "False InvalidKind");
    // The route heals with its service.
    bed.service("back-missing");
    bed.awaitAnswer(port, "errors.example.com/missing", 200);
    bed.awaitCondition(() -> parent("errors"), "ResolvedRefs", "True ResolvedRefs");
  }

  @Test
  @Shows(Feature.REFERENCE_GRANT)
  void aGrantOpensANamespaceAndItsEndClosesIt() {
    bed.service("granted", "back-near");
    bed.service("granted", "back-other");
    route(
        "grant",
        """
          - matches: [{path: {value: /one}}]
            backendRefs: [{name: back-near, namespace: granted, port: 80}]
          - matches: [{path: {value: /two}}]
            backendRefs: [{name: back-other, namespace: granted, port: 80}]
        """);
    bed.awaitAnswer(port, "grant.example.com/one", 500);
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: back, namespace: granted}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]
          to: [{group: "", kind: Service, name: back-near}]
        """);
    bed.awaitService(port, "grant.example.com/one", "back-near");
    assertThat(bed.get(port, "grant.example.com/two").status()).isEqualTo(500);
    bed.delete("referencegrant", "granted", "back");
    bed.awaitAnswer(port, "grant.example.com/one", 500);
  }

  @Test
  @Shows(Feature.HTTP_STATUS)
  void aRouteThatIsNotAcceptedSaysWhy() {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: back-lost}
        spec:
          parentRefs: [{name: no-such-gateway}, {name: back, sectionName: no-such-listener}]
        """);
    bed.awaitCondition(() -> parent("lost"), "Accepted", "False NoMatchingParent");
    bed.awaitCondition(
        () -> bed.object("httproute", "default", "back-lost").at("/status/parents/1"),
        "Accepted",
        "False NoMatchingParent");
    JsonNode refused =
        bed.refused(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: back-bad}
            spec:
              parentRefs: [{name: back}]
              rules: [{backendRefs: [{name: back-a, port: 80, weight: -1}]}]
            """);
    JsonNode violation = refused.at("/violations/0");
    assertThat(violation.path("path").asString(""))
        .isEqualTo("spec.rules[0].backendRefs[0].weight");
    assertThat(violation.path("value").asString("")).isEqualTo("-1");
    assertThat(violation.path("fix").asString("")).isNotEmpty();
  }

  @Test
  @Shows(Feature.HTTP_WEBSOCKET)
  void webSocketsReachBackendsThatSpeakThem() throws IOException {
    try (ServerSocket backend = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> tunnel(backend));
      bed.service("default", "back-ws", backend.getLocalPort(), "kubernetes.io/ws");
      route("ws", "  - backendRefs: [{name: back-ws, port: 80}]\n");
      bed.awaitAnswer(port, "ws.example.com/plain", 400);
      try (Socket client = new Socket(bed.address(), port)) {
        client.setSoTimeout(20_000);
        client
            .getOutputStream()
            .write(
                ("GET / HTTP/1.1\r\nhost: ws.example.com\r\nconnection: upgrade\r\n"
                        + "upgrade: websocket\r\nsec-websocket-version: 13\r\n"
                        + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Answer.head(client.getInputStream()).getFirst()).contains(" 101 ");
        client.getOutputStream().write("ping".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new String(client.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1))
            .isEqualTo("ping");
      }
    }
  }

  /** Accepts upgrades and sends back what it is sent; answers 400 to everything else. */
  private static void tunnel(ServerSocket backend) {
    List<Socket> open = new ArrayList<>();
    try {
      while (true) {
        Socket socket = backend.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      open.forEach(HttpRouteBackendTest::close);
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      List<String> head = Answer.head(socket.getInputStream());
      boolean upgrade = head.stream().anyMatch(line -> line.equalsIgnoreCase("upgrade: websocket"));
      String answer =
          upgrade
              ? "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                  + "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
              : "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      if (upgrade) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      }
    } catch (IOException e) {
      // The client has left.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed.
    }
  }
}
