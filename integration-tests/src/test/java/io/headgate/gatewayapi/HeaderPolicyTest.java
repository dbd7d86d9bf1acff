package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which headers a SecurityPolicy lets pass, and what it adds for browsers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeaderPolicyTest {
  private final Bed bed = Bed.shared();
  private int port;

  @BeforeAll
  void start() {
    port = bed.gateway("clean");
    bed.service("clean-a");
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: clean}
        spec:
          parentRefs: [{name: clean}]
          hostnames: [clean.example.com]
          rules:
          - name: open
            matches: [{path: {value: /open}}]
            backendRefs: [{name: clean-a, port: 80}]
          - name: strict
            matches: [{path: {value: /strict}}]
            backendRefs: [{name: clean-a, port: 80}]
          - name: gone
            matches: [{path: {value: /gone}}]
        ---
        apiVersion: gateway.headgate.io/v1
        kind: SecurityPolicy
        metadata: {name: clean}
        spec:
          targetRefs: [{kind: HTTPRoute, name: clean}]
          responseHeaders:
            remove: [x-powered-by, server-timing]
            removeCookies: [debug]
            set: [{name: x-team, value: shop}]
            contentSecurityPolicy: default-src 'self'
            strictTransportSecurity: {maxAge: 8760h, includeSubdomains: true}
            frameOptions: DENY
            noSniff: true
            referrerPolicy: same-origin
        ---
        apiVersion: gateway.headgate.io/v1
        kind: SecurityPolicy
        metadata: {name: clean-strict}
        spec:
          targetRefs: [{kind: HTTPRoute, name: clean, sectionName: strict}]
          requestHeaders: {allow: [accept, x-answer, "x-shop-*"]}
          cors: {allowOrigins: ["https://app.example.com"], allowMethods: [GET]}
        """);
    await()
        .atMost(Bed.BOUND)
        .until(() ->
            bed.get(port, "clean.example.com/open").header("x-team").equals("shop")
                && bed.get(port, "clean.example.com/strict", "x-other: 1")
                    .seen("x-other")
                    .isEmpty());
  }

  @Test
  void backendsSeeOnlyWhatARouteAllows() {
    String[] headers = {
      "accept: text/html",
      "x-shop-cart: 1",
      "x-other: 1",
      "cookie: a=b",
      "user-agent: probe",
      "authorization: Bearer x",
      "content-type: text/plain",
      "content-length: 4"
    };
    Answer strict =
        Answer.of(
            bed.address(),
            port,
            "POST /strict HTTP/1.1\r\nhost: clean.example.com\r\n"
                + String.join("\r\n", headers)
                + "\r\nconnection: close\r\n\r\nbody");
    assertThat(strict.status()).isEqualTo(200);
    assertThat(strict.seen("accept")).isEqualTo("text/html");
    assertThat(strict.seen("x-shop-cart")).isEqualTo("1");
    // What frames the message and what the proxy writes passes.
    assertThat(strict.seen("content-type")).isEqualTo("text/plain");
    assertThat(strict.seen("host")).isEqualTo("clean.example.com");
    assertThat(strict.seen("x-forwarded-for")).isNotEmpty();
    assertThat(strict.seen("x-request-id")).isNotEmpty();
    for (String absent : new String[] {"x-other", "cookie", "user-agent", "authorization"}) {
      assertThat(strict.seen(absent)).as(absent).isEmpty();
    }
    assertThat(bed.get(port, "clean.example.com/open", "x-other: 1").seen("x-other"))
        .isEqualTo("1");
  }

  @Test
  void answersAreCleanedAndCarryWhatBrowsersObey() {
    Answer answer =
        bed.get(
            port,
            "clean.example.com/open",
            "x-answer: x-powered-by: PHP/5.2",
            "x-answer: server-timing: db;dur=53",
            "x-answer: set-cookie: debug=1; Path=/",
            "x-answer: set-cookie: session=2; HttpOnly",
            "x-answer: x-frame-options: ALLOWALL");
    assertThat(answer.all("x-powered-by")).isEmpty();
    assertThat(answer.all("server-timing")).isEmpty();
    assertThat(answer.all("set-cookie")).containsExactly("session=2; HttpOnly");
    browserHeaders(answer);
    // A backend knows better what its pages need.
    assertThat(
            bed.get(
                    port,
                    "clean.example.com/open",
                    "x-answer: content-security-policy: default-src cdn.example.com")
                .all("content-security-policy"))
        .containsExactly("default-src cdn.example.com");
  }

  @Test
  void answersOfTheProxyCarryThemToo() {
    Answer answer = bed.get(port, "clean.example.com/gone");
    assertThat(answer.status()).isEqualTo(500);
    browserHeaders(answer);
  }

  private static void browserHeaders(Answer answer) {
    assertThat(answer.all("x-team")).containsExactly("shop");
    assertThat(answer.all("content-security-policy")).containsExactly("default-src 'self'");
    assertThat(answer.all("strict-transport-security"))
        .containsExactly("max-age=31536000; includeSubDomains");
    assertThat(answer.all("x-frame-options")).containsExactly("DENY");
    assertThat(answer.all("x-content-type-options")).containsExactly("nosniff");
    assertThat(answer.all("referrer-policy")).containsExactly("same-origin");
  }

  @Test
  void aPolicyAnswersPreflights() {
    Answer preflight =
        bed.ask(
            port,
            "OPTIONS",
            "clean.example.com/strict",
            "origin: https://app.example.com",
            "access-control-request-method: GET");
    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.header("access-control-allow-origin"))
        .isEqualTo("https://app.example.com");
    assertThat(preflight.service()).isEmpty();
  }

  @Test
  void thePolicySaysWhatOnlyOwnProxiesEnforce() {
    bed.awaitCondition(
        () -> bed.object("securitypolicy", "default", "clean-strict").path("status"),
        "Enforced",
        "True HeadgateProxies");
  }
}
