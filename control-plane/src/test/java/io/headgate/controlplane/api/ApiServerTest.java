package io.headgate.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.api.ApiFixture.Answer;
import io.headgate.controlplane.fleetstate.ProxyIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The contract of docs/rest-api.md over real sockets and a real etcd, which is killed last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApiServerTest {
  private static final String SERVICE =
      """
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: %s}
      spec: {ports: [{name: http, port: 80}]}
      """;

  @TempDir private static Path directory;
  private static ApiFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new ApiFixture(directory);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void rolesSayWhoMayDoWhat() {
    String path = "/api/v1/objects/service/default/roles";
    String body = SERVICE.formatted("roles");
    assertThat(fixture.call("GET", "/api/v1/fleet", "", "").status()).isEqualTo(401);
    assertThat(fixture.call("GET", "/api/v1/fleet", "x", "").status()).isEqualTo(401);
    assertThat(fixture.get("/api/v1/fleet").status()).isEqualTo(200);
    assertThat(fixture.call("PUT", path, ApiFixture.VIEWER, body).status()).isEqualTo(403);
    assertThat(fixture.call("PUT", path, ApiFixture.OPERATOR, body).status()).isEqualTo(201);
    assertThat(fixture.call("POST", "/api/v1/source/restore", ApiFixture.OPERATOR, "").status())
        .isEqualTo(403);
    assertThat(fixture.call("POST", "/api/v1/source/restore", ApiFixture.ADMIN, "").status())
        .as("nothing is held")
        .isEqualTo(409);
    assertThat(fixture.get("/api/v1/me").body().path("role").asString()).isEqualTo("viewer");
  }

  @Test
  void aSessionNeedsItsCsrfHeaderForMutations() {
    Answer opened =
        fixture.call("POST", "/api/v1/session", "", "{\"token\": \"" + ApiFixture.OPERATOR + "\"}");
    assertThat(opened.status()).isEqualTo(201);
    String cookie = opened.response().headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/api");
    String pair = cookie.substring(0, cookie.indexOf(';'));
    String csrf = opened.body().path("csrf").asString();
    String path = "/api/v1/objects/service/default/session?dryRun=true";
    String body = SERVICE.formatted("session");

    assertThat(fixture.call("GET", "/api/v1/fleet", "", "", "Cookie", pair).status())
        .isEqualTo(200);
    assertThat(fixture.call("PUT", path, "", body, "Cookie", pair).status()).isEqualTo(403);
    assertThat(
            fixture
                .call("PUT", path, "", body, "Cookie", pair, "X-Headgate-Csrf", "wrong")
                .status())
        .isEqualTo(403);
    assertThat(
            fixture.call("PUT", path, "", body, "Cookie", pair, "X-Headgate-Csrf", csrf).status())
        .isEqualTo(200);
    assertThat(
            fixture
                .call("DELETE", "/api/v1/session", "", "", "Cookie", pair, "X-Headgate-Csrf", csrf)
                .status())
        .isEqualTo(204);
    assertThat(fixture.call("GET", "/api/v1/session", "", "", "Cookie", pair).status())
        .isEqualTo(401);
  }

  @Test
  void anObjectLivesByEtagsAndIsAudited() {
    String path = "/api/v1/objects/service/default/etags";
    String body = SERVICE.formatted("etags");
    Answer dry = fixture.call("PUT", path + "?dryRun=true", ApiFixture.OPERATOR, body);
    assertThat(dry.status()).isEqualTo(200);
    assertThat(dry.body().path("outcome").asString()).isEqualTo("created");
    assertThat(fixture.get(path).status()).isEqualTo(404);

    Answer created =
        fixture.call(
            "PUT",
            path,
            ApiFixture.OPERATOR,
            body,
            "If-None-Match",
            "*",
            "X-Headgate-Reason",
            "first");
    assertThat(created.status()).isEqualTo(201);
    String etag = created.response().headers().firstValue("ETag").orElseThrow();
    Answer again = fixture.call("PUT", path, ApiFixture.OPERATOR, body, "If-None-Match", "*");
    assertThat(again.status()).isEqualTo(412);
    assertThat("\"" + again.body().path("current").asString() + "\"").isEqualTo(etag);
    assertThat(fixture.call("PUT", path, ApiFixture.OPERATOR, body).body().path("outcome"))
        .hasToString("\"unchanged\"");

    await().untilAsserted(() -> assertThat(fixture.get(path).status()).isEqualTo(200));
    Answer read = fixture.get(path);
    assertThat(read.response().headers().firstValue("ETag")).contains(etag);
    assertThat(read.body().path("author").asString()).isEqualTo("olga");
    assertThat(read.body().at("/object/kind").asString()).isEqualTo("Service");
    assertThat(read.body().at("/status/conditions/0/status").asString()).isEqualTo("True");

    assertThat(fixture.call("DELETE", path, ApiFixture.OPERATOR, "", "If-Match", "\"1\"").status())
        .isEqualTo(412);
    assertThat(
            fixture
                .call("DELETE", path + "?reason=done", ApiFixture.OPERATOR, "", "If-Match", etag)
                .status())
        .isEqualTo(200);
    Answer history = fixture.get(path + "/history");
    assertThat(history.body().path("items").size()).isEqualTo(2);
    assertThat(history.body().at("/items/0/action").asString()).isEqualTo("delete");
    assertThat(history.body().at("/items/0/reason").asString()).isEqualTo("done");
    assertThat(history.body().at("/items/1/principal").asString()).isEqualTo("olga");
    String change = history.body().at("/items/0/id").asString();
    assertThat(fixture.get("/api/v1/changes/" + change).body().at("/beforeValue/kind").asString())
        .isEqualTo("Service");
  }

  @Test
  void allViolationsAreToldAndNothingIsWritten() {
    String manifest =
        SERVICE.formatted("fine")
            + """
            ---
            apiVersion: gateway.headgate.io/v1
            kind: Service
            metadata: {name: broken}
            spec:
              prots: []
              ports:
              - {name: http, port: 99999}
              - {name: http, port: x}
            """;
    Answer answer = fixture.call("POST", "/api/v1/objects", ApiFixture.OPERATOR, manifest);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .contains("application/problem+json");
    assertThat(answer.body().path("violations").size()).isGreaterThanOrEqualTo(3);
    assertThat(answer.body().at("/violations/0/object").asString()).contains("broken");
    assertThat(answer.body().at("/violations/0/line").asInt()).isGreaterThan(9);
    assertThat(fixture.etcd.keys("/headgate/v1/config/service/default/fine")).isEmpty();
  }

  @Test
  void aHeldObjectIsShownWithKeyAuthorAndReason() {
    String key = "/headgate/v1/config/service/default/held";
    fixture.etcd.put(key, "this is no JSON");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          Answer read = fixture.get("/api/v1/objects/service/default/held");
          assertThat(read.status()).isEqualTo(200);
          assertThat(read.body().at("/held/key").asString()).isEqualTo(key);
          assertThat(read.body().at("/held/author").asString()).startsWith("revision ");
          assertThat(read.body().at("/held/reason").asString()).isNotEmpty();
          assertThat(read.body().path("raw").asString()).isEqualTo("this is no JSON");
        });
    Answer held = fixture.get("/api/v1/objects?held=true");
    assertThat(held.body().at("/items/0/name").asString()).isEqualTo("held");
    long revision = held.body().at("/items/0/revision").asLong();
    Answer wait =
        fixture.get("/api/v1/fleet/convergence?proxies=0&timeout=10s&revision=" + revision);
    assertThat(wait.body().path("state").asString()).isEqualTo("failed");
    assertThat(wait.body().path("reason").asString()).contains(key);
    fixture.call("DELETE", "/api/v1/objects/service/default/held", ApiFixture.OPERATOR, "");
    await()
        .untilAsserted(
            () -> assertThat(fixture.get("/api/v1/holds").body().path("items").size()).isZero());
  }

  @Test
  void anUnknownProxyIsForgottenByAnOperator() {
    String path = "/api/v1/fleet/proxies/gone-1";
    assertThat(fixture.call("DELETE", path, ApiFixture.OPERATOR, "").status()).isEqualTo(404);
    fixture.fleet.connected("gone", new ProxyIdentity("gone-1", "edge", "envoy", "1", List.of()));
    assertThat(fixture.call("DELETE", path, ApiFixture.VIEWER, "").status()).isEqualTo(403);
    assertThat(fixture.call("DELETE", path, ApiFixture.OPERATOR, "").status()).isEqualTo(409);
    fixture.fleet.disconnected("gone");
    assertThat(fixture.get(path).body().path("state").asString()).isEqualTo("unknown");
    Answer answer = fixture.call("DELETE", path + "?reason=scrapped", ApiFixture.OPERATOR, "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("outcome").asString()).isEqualTo("forgotten");
    assertThat(fixture.get(path).status()).isEqualTo(404);
    JsonNode entry = fixture.get("/api/v1/changes?limit=1").body().path("items").path(0);
    assertThat(entry.path("action").asString()).isEqualTo("forget-proxy");
    assertThat(entry.path("principal").asString()).isEqualTo("olga");
    assertThat(entry.path("reason").asString()).isEqualTo("proxy gone-1: scrapped");
    assertThat(entry.path("key").isNull()).isTrue();
  }

  @Test
  void overridesNeedAReasonAndQuarantineAnEnd() {
    fixture.etcd.put(
        "/headgate/v1/hosts/default/over/h1", "{\"Op\":0,\"Addr\":\"127.0.0.1:9001\"}");
    await()
        .untilAsserted(
            () -> assertThat(fixture.get("/api/v1/services/default/over").status()).isEqualTo(200));
    String path = "/api/v1/services/default/over/hosts/h1/override";
    for (String bad :
        List.of(
            "{}",
            "{\"weight\": -1, \"reason\": \"x\"}",
            "{\"weigth\": 1, \"reason\": \"x\"}",
            "{\"quarantine\": true, \"reason\": \"x\"}",
            "{\"weight\": 1}",
            "[]",
            "no json")) {
      assertThat(fixture.call("PUT", path, ApiFixture.OPERATOR, bad).status())
          .as(bad)
          .isEqualTo(400);
    }
    Answer put =
        fixture.call(
            "PUT", path, ApiFixture.OPERATOR, "{\"weight\": 0.5}", "X-Headgate-Reason", "slow");
    assertThat(put.status()).isEqualTo(200);
    await()
        .untilAsserted(() -> {
          Answer service = fixture.get("/api/v1/services/default/over");
          assertThat(service.body().at("/hosts/0/weights/effective").asDouble()).isEqualTo(0.5);
          assertThat(service.body().at("/hosts/0/override/author").asString()).isEqualTo("olga");
        });
    assertThat(fixture.call("DELETE", path, ApiFixture.OPERATOR, "").status()).isEqualTo(200);
    assertThat(
            fixture
                .call(
                    "PUT",
                    "/api/v1/services/default/over/hosts/nobody/override",
                    ApiFixture.OPERATOR,
                    "{\"drain\": true, \"reason\": \"x\"}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void secretsAreWriteOnly() {
    String secret =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: hidden}
        type: Opaque
        stringData: {word: a-very-secret-word}
        """;
    String path = "/api/v1/objects/secret/default/hidden";
    assertThat(fixture.call("PUT", path, ApiFixture.OPERATOR, secret).status()).isEqualTo(403);
    Answer put = fixture.call("PUT", path, ApiFixture.ADMIN, secret);
    assertThat(put.status() == 201 || put.status() == 422).isTrue();
    fixture.etcd.put(
        "/headgate/v1/config/secret/default/broken", "{\"data\": \"a-very-secret-word\"");
    await()
        .untilAsserted(() ->
            assertThat(fixture.get("/api/v1/objects/secret/default/broken").status())
                .isEqualTo(200));
    for (String shown :
        List.of(
            "/api/v1/objects",
            path,
            "/api/v1/objects/secret/default/broken",
            "/api/v1/holds",
            "/api/v1/changes")) {
      assertThat(fixture.get(shown).text())
          .as(shown)
          .doesNotContain("a-very-secret-word")
          .doesNotContain("YS12ZXJ5LXNlY3JldC13b3Jk");
    }
    assertThat(put.text()).doesNotContain("a-very-secret-word");
    fixture.call("DELETE", "/api/v1/objects/secret/default/broken", ApiFixture.ADMIN, "");
  }

  @Test
  void eventsTellOfChanges() throws IOException, InterruptedException {
    HttpResponse<InputStream> stream =
        fixture.http.send(
            HttpRequest.newBuilder(fixture.uri("/api/v1/events?types=change,service"))
                .header("Authorization", "Bearer " + ApiFixture.VIEWER)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type"))
        .contains("text/event-stream;charset=utf-8");
    List<String> lines = new CopyOnWriteArrayList<>();
    try (InputStream in = stream.body()) {
      Thread reader = Thread.ofVirtual().start(() -> read(in, lines));
      await().until(() -> lines.contains("event: hello"));
      fixture.call(
          "PUT",
          "/api/v1/objects/service/default/told",
          ApiFixture.OPERATOR,
          SERVICE.formatted("told"));
      await()
          .untilAsserted(() ->
              assertThat(lines)
                  .contains("event: change")
                  .anyMatch(line -> line.contains("/config/service/default/told")));
      assertThat(reader.isAlive()).isTrue();
    }
  }

  /** Reads until the stream is closed at either end. */
  private static void read(InputStream in, List<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException closed) {
      lines.add("closed");
    }
  }

  @Test
  void pagesCarrySecurityHeadersAndUnknownPathsAreProblems() {
    Answer answer = fixture.call("GET", "/api/v1/nothing", "", "");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body().path("type").asString()).isEqualTo("urn:headgate:problem:not-found");
    assertThat(answer.response().headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'");
    assertThat(answer.response().headers().firstValue("X-Content-Type-Options"))
        .contains("nosniff");
    assertThat(fixture.call("GET", "/../../etc/passwd.txt", "", "").status()).isIn(400, 404);
    assertThat(fixture.call("GET", "/healthz", "", "").status()).isEqualTo(200);
    assertThat(fixture.call("GET", "/readyz", "", "").status()).isEqualTo(200);
    assertThat(fixture.call("GET", "/metrics", "", "").response().body())
        .contains("headgate_source_state{state=\"live\"} 1\n");
    assertThat(
            fixture
                .call("GET", "/api/v1/fleet/convergence?timeout=soon", ApiFixture.VIEWER, "")
                .status())
        .isEqualTo(400);
    assertThat(
            fixture
                .call(
                    "PUT",
                    "/api/v1/objects/service/default/big",
                    ApiFixture.OPERATOR,
                    "x".repeat(2 << 20))
                .status())
        .isEqualTo(413);
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void withoutEtcdReadsGoOnAndWritesSayWhy() {
    fixture.etcd.kill();
    Answer put =
        fixture.call(
            "PUT",
            "/api/v1/objects/service/default/late",
            ApiFixture.OPERATOR,
            SERVICE.formatted("late"));
    assertThat(put.status()).isEqualTo(503);
    assertThat(put.body().path("type").asString())
        .isEqualTo("urn:headgate:problem:etcd-unavailable");
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() ->
            assertThat(fixture.get("/api/v1/source").body().path("state").asString())
                .isEqualTo("disk"));
    assertThat(fixture.get("/api/v1/objects").status()).isEqualTo(200);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void tooManyWrongTokensAreAnswered429() {
    int last = 0;
    for (int i = 0; i <= FailureLimit.MAX_FAILURES; i++) {
      last = fixture.call("GET", "/api/v1/fleet", "wrong", "").status();
    }
    assertThat(last).isEqualTo(429);
    assertThat(fixture.get("/api/v1/fleet").status()).as("a right token passes").isEqualTo(200);
  }
}
