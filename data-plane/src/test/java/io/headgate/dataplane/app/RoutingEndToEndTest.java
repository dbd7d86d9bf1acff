package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What routes do with requests and answers, seen by a client and by backends. */
class RoutingEndToEndTest {
  private static final String ROUTES =
      """
      route_config:
        name: web
        request_headers_to_add: [{header: {key: x-level, value: table}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}]
        response_headers_to_add:
        - {header: {key: x-level, value: table}}
        virtual_hosts:
        - name: all
          domains: ["*"]
          request_headers_to_add: [{header: {key: x-level, value: host}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}]
          response_headers_to_add:
          - {header: {key: x-level, value: host}}
          routes:
          - match: {prefix: /mirrored}
            route:
              cluster: a
              request_mirror_policies:
              - cluster: b
                runtime_fraction: {default_value: {numerator: 0}, runtime_key: mirror.share}
          - match: {prefix: /ring}
            route: {cluster: ring, hash_policy: [{header: {header_name: x-user}}]}
          - match: {prefix: /maglev}
            route: {cluster: maglev, hash_policy: [{cookie: {name: session, ttl: 60s, path: /}}]}
          - match: {prefix: /follow}
            route: {cluster: a, internal_redirect_policy: {max_internal_redirects: 2}}
          - match: {prefix: /slow, headers: [{name: x-patience, present_match: true}]}
            route: {cluster: a, timeout: 0s}
          - match: {prefix: /slow}
            route: {cluster: a, timeout: 0.2s}
          - match: {prefix: /edited}
            request_headers_to_add: [{header: {key: x-level, value: route}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}]
            request_headers_to_remove: [x-unwanted]
            response_headers_to_add:
            - {header: {key: x-level, value: route}}
            route: {cluster: a}
          - match: {prefix: /users/}
            route:
              cluster: a
              regex_rewrite: {pattern: {regex: "^/users/([^/]+)/(.*)$"}, substitution: '/\\2/of/\\1'}
              host_rewrite_path_regex: {pattern: {regex: "^/users/([^/]+)/.*$"}, substitution: '\\1.internal'}
          - match: {prefix: /share, runtime_fraction: {default_value: {numerator: 0}, runtime_key: new.shop}}
            route: {cluster: b}
          - match: {prefix: /share}
            route: {cluster: a}
          - match: {prefix: /missing}
            route: {cluster: nowhere}
          - match: {path: /answer}
            direct_response: {status: 418, body: {inline_string: short}}
      local_reply_config:
        mappers:
        - filter: {status_code_filter: {comparison: {op: EQ, value: {default_value: 503, runtime_key: replies.busy}}}}
          status_code: 500
          body: {inline_string: "try again"}
          headers_to_add: [{header: {key: x-reply, value: "%RESPONSE_FLAGS%"}}]
        - filter: {response_flag_filter: {flags: [UT]}}
          body_format_override: {json_format: {code: "%RESPONSE_CODE%", text: "%LOCAL_REPLY_BODY%"}}
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch release = new CountDownLatch(1);
  private RecordingBackend a;
  private RecordingBackend b;
  private RecordingBackend c;
  private ProxyServer server;

  @BeforeEach
  void start() throws Exception {
    a = new RecordingBackend("a", release);
    b = new RecordingBackend("b", release);
    c = new RecordingBackend("c", release);
    String clusters =
        cluster("a", "ROUND_ROBIN", a)
            + cluster("b", "ROUND_ROBIN", b)
            + cluster("ring", "RING_HASH", a, b, c)
            + cluster("maglev", "MAGLEV", a, b, c);
    server = Proxies.live(Proxies.web(ROUTES, "", "", a.port()) + clusters.indent(2));
  }

  private static String cluster(String name, String policy, RecordingBackend... backends) {
    List<String> endpoints = new ArrayList<>();
    for (RecordingBackend backend : backends) {
      endpoints.add(
          "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
              + backend.port()
              + "}}}}");
    }
    return """
    - name: NAME
      lb_policy: POLICY
      load_assignment: {cluster_name: NAME, endpoints: [{lb_endpoints: [HOSTS]}]}
    """
        .replace("NAME", name)
        .replace("POLICY", policy)
        .replace("HOSTS", String.join(", ", endpoints));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    a.close();
    b.close();
    c.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(request(path, headers).GET());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port("web") + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** As an operator does it. */
  private void setRuntime(String key, String value) throws Exception {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:"
                            + server.adminPort()
                            + "/runtime_modify?"
                            + key
                            + "="
                            + value))
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void aShareOfTheRequestsIsMirroredAndItsAnswersAreDropped() throws Exception {
    assertThat(get("/mirrored/1").body()).isEqualTo("a");
    setRuntime("mirror.share", "100");
    HttpResponse<String> answer =
        send(request("/mirrored/2").POST(HttpRequest.BodyPublishers.ofString("payload")));
    assertThat(answer.body()).isEqualTo("a");
    await().until(() -> !b.seen.isEmpty());
    setRuntime("mirror.share", "0");
    assertThat(get("/mirrored/3").body()).isEqualTo("a");
    assertThat(a.seen).hasSize(3);
    assertThat(b.seen).hasSize(1);
    RecordingBackend.Request copy = b.seen.getFirst();
    assertThat(copy.line()).isEqualTo("POST /mirrored/2");
    assertThat(copy.body()).isEqualTo("payload");
    assertThat(copy.first("host")).isEqualTo("127.0.0.1-shadow:" + server.port("web"));
  }

  @Test
  void aRingKeepsAUserAtAHostAndSpreadsUsers() throws Exception {
    Set<String> hosts = new HashSet<>();
    for (int user = 0; user < 40; user++) {
      String host = get("/ring", "x-user", "u" + user).body();
      hosts.add(host);
      for (int again = 0; again < 3; again++) {
        assertThat(get("/ring", "x-user", "u" + user).body()).isEqualTo(host);
      }
    }
    assertThat(hosts).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void maglevKeepsAClientThatWasGivenACookie() throws Exception {
    HttpResponse<String> first = get("/maglev");
    String cookie = first.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie).matches("session=\"[0-9a-f]+\"; Max-Age=60; Path=/; HttpOnly");
    String own = cookie.substring(0, cookie.indexOf(';'));
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      HttpResponse<String> answer = get("/maglev", "cookie", own);
      assertThat(answer.body()).isEqualTo(first.body());
      assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
      hosts.add(get("/maglev", "cookie", "session=other" + i).body());
    }
    assertThat(hosts).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void redirectsOfABackendAreFollowed() throws Exception {
    HttpResponse<String> answer =
        get("/follow/1", RecordingBackend.LOCATION, "http://127.0.0.1/edited/2");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(a.seen.stream().map(RecordingBackend.Request::line))
        .containsExactly("GET /follow/1", "GET /edited/2");
    RecordingBackend.Request second = a.seen.getLast();
    assertThat(second.first("x-envoy-original-url"))
        .isEqualTo("http://127.0.0.1:" + server.port("web") + "/follow/1");
    assertThat(second.first("host")).isEqualTo("127.0.0.1");
  }

  @Test
  void whatCameInClearIsHttpWhateverIsClaimed() throws Exception {
    HttpResponse<String> followed =
        get(
            "/follow/1",
            RecordingBackend.LOCATION,
            "http://127.0.0.1/edited/2",
            "x-forwarded-proto",
            "https");
    assertThat(followed.statusCode()).isEqualTo(200);
    assertThat(a.seen.getLast().first("x-envoy-original-url")).startsWith("http://");
    HttpResponse<String> other =
        get(
            "/follow/1",
            RecordingBackend.LOCATION,
            "https://127.0.0.1/edited/2",
            "x-forwarded-proto",
            "https");
    assertThat(other.statusCode()).as("another scheme").isEqualTo(302);
  }

  @Test
  void redirectsThatAreNotToBeFollowedReachTheClient() throws Exception {
    HttpResponse<String> answer =
        get("/edited/1", RecordingBackend.LOCATION, "http://127.0.0.1/edited/2");
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("location")).contains("http://127.0.0.1/edited/2");
    assertThat(a.seen).hasSize(1);
  }

  @Test
  void eachRouteHasATimeoutOfItsOwnAndTheReplyItsForm() throws Exception {
    HttpResponse<String> answer = get("/slow/hang");
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .contains("\"code\":504")
        .contains("\"text\":\"upstream request timeout");
    var patient =
        client.sendAsync(
            request("/slow/hang", "x-patience", "much").GET().build(),
            HttpResponse.BodyHandlers.ofString());
    await().until(() -> a.seen.size() == 2);
    assertThat(get("/slow/hang").statusCode()).isEqualTo(504);
    assertThat(patient).isNotDone();
    release.countDown();
    assertThat(patient.get(10, TimeUnit.SECONDS).body()).isEqualTo("a");
  }

  @Test
  void theTableHasTheLastWordOnHeaders() throws Exception {
    HttpResponse<String> answer = get("/edited", "x-unwanted", "1", "x-wanted", "2");
    RecordingBackend.Request seen = a.seen.getFirst();
    assertThat(seen.headers().get("x-level")).containsExactly("table");
    assertThat(seen.headers()).doesNotContainKey("x-unwanted").containsKey("x-wanted");
    assertThat(answer.headers().allValues("x-level")).containsExactly("route", "host", "table");
  }

  @Test
  void expressionsRewritePathAndHost() throws Exception {
    assertThat(get("/users/ann/orders/7?page=2").statusCode()).isEqualTo(200);
    RecordingBackend.Request seen = a.seen.getFirst();
    assertThat(seen.line()).isEqualTo("GET /orders/7/of/ann?page=2");
    assertThat(seen.first("host")).isEqualTo("ann.internal");
    assertThat(seen.first("x-envoy-original-path")).isEqualTo("/users/ann/orders/7?page=2");
    assertThat(seen.first("x-envoy-original-host")).isEqualTo("127.0.0.1:" + server.port("web"));
  }

  @Test
  void anOperatorMovesAShareOfTheRequests() throws Exception {
    assertThat(get("/share").body()).isEqualTo("a");
    setRuntime("new.shop", "100");
    assertThat(get("/share").body()).isEqualTo("b");
    setRuntime("new.shop", "50");
    Set<String> both = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      both.add(get("/share").body());
    }
    assertThat(both).containsExactlyInAnyOrder("a", "b");
    setRuntime("new.shop", "");
    assertThat(get("/share").body()).isEqualTo("a");
  }

  @Test
  void repliesAreMappedByStatusThatAnOperatorMayChange() throws Exception {
    HttpResponse<String> answer = get("/missing");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("try again");
    assertThat(answer.headers().firstValue("x-reply")).contains("NC");
    HttpResponse<String> other = get("/answer");
    assertThat(other.statusCode()).isEqualTo(418);
    assertThat(other.body()).isEqualTo("short");
    setRuntime("replies.busy", "418");
    assertThat(get("/missing").statusCode()).isEqualTo(503);
    assertThat(get("/answer").statusCode()).isEqualTo(500);
  }
}
