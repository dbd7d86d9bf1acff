package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.ScriptedBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Response flags and details of whole requests, as the access log of a whole proxy shows them, by
 * what the backend or the client did.
 */
class FlagsTest {
  private static final String BEFORE = " upstream_reset_before_response_started";

  /** SETTINGS after the preface, and a GET of /hang on stream 1. */
  private static final String H2_GET =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
          + "\0\0\0\4\0\0\0\0\0"
          + "\0\0\14\1\5\0\0\0\1\u0082\u0086\1\1a\4\5/hang";

  @TempDir private Path directory = Path.of("");
  private ScriptedBackend backend = new ScriptedBackend((connection, me) -> {});
  private H2Script h2;
  private ProxyServer server;

  @BeforeEach
  void start() throws Exception {
    backend.close();
    backend = new ScriptedBackend(FlagsTest::serve);
    h2 = new H2Script();
    int dead;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = gone.getLocalPort();
    }
    String yaml =
        """
        node: {id: p, cluster: c}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
          - name: web
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: web
                  access_log:
                  - name: file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: LOG
                      log_format: {text_format_source: {inline_string: "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\\n"}}
                  route_config:
                    name: web
                    virtual_hosts:
                    - name: all
                      domains: ['*']
                      routes:
                      - {match: {prefix: /none}, route: {cluster: none}}
                      - {match: {prefix: /dead}, route: {cluster: dead}}
                      - {match: {prefix: /slow}, route: {cluster: h1, timeout: 0.1s}}
                      - {match: {prefix: /full}, route: {cluster: full}}
                      - {match: {prefix: /two/again}, route: {cluster: h2, retry_policy: {retry_on: refused-stream, num_retries: 2}}}
                      - {match: {prefix: /two}, route: {cluster: h2}}
                      - {match: {prefix: /limit}, route: {cluster: h1, retry_policy: {retry_on: 5xx, num_retries: 1}}}
                      - {match: {prefix: /h1}, route: {cluster: h1}}
                      - {match: {prefix: /limit}, route: {cluster: h1}}
                      - {match: {prefix: /hang}, route: {cluster: h1}}
                      - {match: {prefix: /direct}, direct_response: {status: 200}}
                  http_filters:
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          clusters:
          - {name: none, load_assignment: {cluster_name: none}}
          - {name: dead, load_assignment: {cluster_name: dead, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: DEAD}}}}]}]}}
          - {name: h1, load_assignment: {cluster_name: h1, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ONE}}}}]}]}}
          - name: full
            circuit_breakers: {thresholds: [{max_requests: 0}]}
            load_assignment: {cluster_name: full, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ONE}}}}]}]}
          - name: h2
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {connection_keepalive: {interval: 0.3s, timeout: 0.2s}}}
            load_assignment: {cluster_name: h2, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: TWO}}}}]}]}
        """
            .replace("LOG", directory.resolve("log").toString())
            .replace("DEAD", Integer.toString(dead))
            .replace("ONE", Integer.toString(backend.address().getPort()))
            .replace("TWO", Integer.toString(h2.port()));
    server = Proxies.live(yaml, 1, Duration.ofSeconds(5));
  }

  private static void serve(RawClient connection, ScriptedBackend me) throws IOException {
    while (true) {
      RawClient.Message request = connection.read();
      me.requests.add(request);
      switch (request.startLine().split(" ", -1)[1]) {
        case "/h1/ok" -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        case "/limit" -> connection.send("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
        case "/h1/close" -> {
          return;
        }
        case "/h1/nonsense" -> connection.send("HTTP/1.1 2OO OK\r\n\r\n");
        case "/h1/upgrade" -> connection.send("HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n");
        case "/h1/half" -> {
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
          return;
        }
        default -> {}
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    backend.close();
    h2.close();
  }

  private RawClient client() throws IOException {
    return new RawClient(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port("web")));
  }

  private void logged(String line) {
    Path log = directory.resolve("log");
    await().untilAsserted(() -> assertThat(Files.readAllLines(log)).isEqualTo(List.of(line)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "/h1/ok ; 200 - via_upstream",
        "/direct ; 200 - direct_response",
        "/nowhere ; 404 NR route_not_found",
        "/none ; 503 UH no_healthy_upstream",
        "/dead ; 503 UF"
            + " upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}",
        "/full ; 503 UO upstream_reset_before_response_started{overflow}",
        "/slow ; 504 UT response_timeout",
        "/limit ; 500 URX via_upstream",
        "/h1/close ; 503 UC upstream_reset_before_response_started{connection_termination}",
        "/h1/nonsense ; 502 UPE upstream_reset_before_response_started{protocol_error}",
        "/h1/upgrade ; 502 UPE upstream_reset_before_response_started{protocol_error}"
      })
  void overHttp1(String path, String log) throws Exception {
    try (RawClient client = client()) {
      assertThat(client.get(path).status()).isEqualTo(Integer.parseInt(log.substring(0, 3)));
    }
    logged(log);
  }

  @Test
  void theBackendBreaksOffItsAnswer() throws Exception {
    try (RawClient client = client()) {
      client.send("GET /h1/half HTTP/1.1\r\nHost: a\r\n\r\n");
      // A client that left before the end came through would be the one who broke off.
      assertThatThrownBy(client::read).hasMessage("closed inside a body, 5 bytes early");
    }
    logged("200 UC upstream_reset_after_response_started{connection_termination}");
  }

  @Test
  void theBackendResetsItsStream() throws Exception {
    h2.reset(2);
    try (RawClient client = client()) {
      assertThat(client.get("/two").status()).isEqualTo(503);
    }
    logged("503 UR" + BEFORE + "{remote_reset}");
  }

  @Test
  void theBackendRefusesItsStreams() throws Exception {
    h2.reset(7);
    try (RawClient client = client()) {
      assertThat(client.get("/two").status()).isEqualTo(503);
    }
    logged("503 UR" + BEFORE + "{remote_refused_stream_reset}");
  }

  @Test
  void refusedStreamsAreTriedAgainAndOthersNot() throws Exception {
    h2.reset(7).reset(7).ok().reset(8);
    try (RawClient client = client()) {
      assertThat(client.get("/two/again").status()).isEqualTo(200);
      assertThat(client.get("/two/again").status()).isEqualTo(503);
    }
    assertThat(h2.answers).isEmpty();
  }

  @Test
  void theBackendAnswersNonsense() throws Exception {
    h2.nonsense();
    try (RawClient client = client()) {
      assertThat(client.get("/two").status()).isEqualTo(502);
    }
    logged("502 UPE" + BEFORE + "{protocol_error}");
  }

  @Test
  void theBackendNoLongerAnswersPings() throws Exception {
    h2.answers.add(new byte[0]);
    try (RawClient client = client()) {
      assertThat(client.get("/two").status()).isEqualTo(503);
    }
    logged("503 UC" + BEFORE + "{connection_termination}");
  }

  @Test
  void theClientLeaves() throws Exception {
    try (RawClient client = client()) {
      client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> backend.requests.size() == 1);
    }
    logged("0 DC downstream_remote_disconnect");
  }

  @ParameterizedTest
  @CsvSource({"8, http2.remote_reset", "7, http2.remote_refuse"})
  void theClientResetsItsStream(byte code, String details) throws Exception {
    try (RawClient client = client()) {
      client.send(H2_GET);
      await().until(() -> backend.requests.size() == 1);
      client.send(new String(new byte[] {0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, code}, ISO_8859_1));
      logged("0 DR " + details);
    }
  }
}
