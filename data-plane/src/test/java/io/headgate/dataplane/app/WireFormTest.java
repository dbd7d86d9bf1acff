package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.ScriptedBackend;
import io.headgate.dataplane.harness.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of HTTP/1 as bytes on the wire, on both sides of a whole proxy. */
class WireFormTest {
  private static final String PRESERVE =
      "header_key_format: {stateful_formatter: {name: p, typed_config: {\"@type\":"
          + " type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig}}}";
  private static final String PROPER = "header_key_format: {proper_case_words: {}}";
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-LENGTH: 2\r\nX-Two-wORDS: v\r\n\r\nok";

  @TempDir private Path directory = Path.of("");
  private ScriptedBackend backend = ScriptedBackend.always(ANSWER);
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final List<ProxyServer> servers = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    servers.forEach(ProxyServer::close);
    backend.close();
  }

  private void start(String manager, String upstream, String tls) throws Exception {
    String yaml =
        """
        node: {id: p, cluster: c}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
          - name: web
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - TLS
              filters:
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
                  upgrade_configs: [{upgrade_type: websocket}]
                  MANAGER
                  route_config:
                    name: web
                    virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: up}}]}]
                  http_filters:
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          clusters:
          - name: up
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http_protocol_options: {UPSTREAM}}
            load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]}
        """
            .replace("LOG", directory.resolve("log").toString())
            .replace("TLS", tls.isEmpty() ? "name: clear" : tls)
            .replace("MANAGER", manager)
            .replace("UPSTREAM", upstream)
            .replace("PORT", Integer.toString(backend.address().getPort()));
    servers.add(Proxies.live(yaml, 1, Duration.ofSeconds(5)));
  }

  private RawClient client() throws IOException {
    return new RawClient(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), servers.getLast().port("web")));
  }

  private RawClient.Message exchange(String raw) throws IOException {
    try (RawClient client = client()) {
      return client.send(raw).read();
    }
  }

  private List<String> sent() {
    return backend.requests.getFirst().headerLines();
  }

  @Test
  void namesAreLowerCaseAsTheyAre() throws Exception {
    start("", "", "");
    RawClient.Message answer =
        exchange("GET / HTTP/1.1\r\nHOST: a.test\r\nX-Mixed-cASE: v\r\n\r\n");
    assertThat(answer.headerLines()).contains("content-length: 2", "x-two-words: v");
    assertThat(sent()).contains("host: a.test", "x-mixed-case: v");
  }

  @Test
  void namesKeepTheirCaseAndOrder() throws Exception {
    start("http_protocol_options: {" + PRESERVE + "}", PRESERVE, "");
    RawClient.Message answer =
        exchange("GET / HTTP/1.1\r\nX-b: 1\r\nHoST: a.test\r\nX-A: 2\r\nX-Mixed-cASE: v\r\n\r\n");
    assertThat(answer.headerLines())
        .containsSubsequence("Content-LENGTH: 2", "X-Two-wORDS: v")
        .as("what the proxy adds")
        .contains("server: envoy");
    assertThat(sent()).containsSubsequence("X-b: 1", "X-A: 2", "X-Mixed-cASE: v");
    assertThat(sent()).contains("HoST: a.test");
  }

  @Test
  void namesGetProperCase() throws Exception {
    start("http_protocol_options: {" + PROPER + "}", PROPER, "");
    RawClient.Message answer = exchange("GET / HTTP/1.1\r\nhost: a.test\r\nx-one-TWO: v\r\n\r\n");
    assertThat(answer.headerLines()).contains("Content-Length: 2", "X-Two-Words: v");
    assertThat(sent()).contains("Host: a.test", "X-One-Two: v");
  }

  @Test
  void requestsGoOutInAbsoluteForm() throws Exception {
    start("", "send_fully_qualified_url: true", "");
    exchange("GET /p?q=1 HTTP/1.1\r\nHost: a.test:81\r\n\r\n");
    assertThat(backend.requests.getFirst().startLine())
        .isEqualTo("GET http://a.test:81/p?q=1 HTTP/1.1");
    assertThat(sent()).contains("host: a.test:81");
  }

  @Test
  void requestsInAbsoluteFormAreServedUnlessTheyMayNot() throws Exception {
    start("", "", "");
    assertThat(exchange("GET http://a.test/p HTTP/1.1\r\nHost: a.test\r\n\r\n").status())
        .isEqualTo(200);
    assertThat(backend.requests.getFirst().startLine()).isEqualTo("GET /p HTTP/1.1");
    start("http_protocol_options: {allow_absolute_url: false}", "", "");
    assertThat(exchange("GET http://a.test/p HTTP/1.1\r\nHost: a.test\r\n\r\n").status())
        .isEqualTo(404);
    assertThat(exchange("GET /p HTTP/1.1\r\nHost: a.test\r\n\r\n").status()).isEqualTo(200);
    assertThat(backend.requests).as("it went no further").hasSize(2);
    await()
        .untilAsserted(() ->
            assertThat(Files.readAllLines(directory.resolve("log")))
                .contains("404 - absolute_path_rejected"));
  }

  private void expecting(boolean takes) throws Exception {
    backend.close();
    backend =
        new ScriptedBackend((connection, me) -> {
          RawClient.Message head = connection.read(false);
          me.requests.add(head);
          if (!takes) {
            connection.send("HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
          }
          connection.send("HTTP/1.1 100 Continue\r\n\r\n" + ANSWER);
          connection.isClosed();
        });
    start("proxy_100_continue: true", "", "");
  }

  private static final String EXPECT =
      "POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

  @Test
  void theBackendSaysWhetherToContinue() throws Exception {
    expecting(true);
    try (RawClient client = client()) {
      client.send(EXPECT);
      assertThat(client.read().status()).isEqualTo(100);
      assertThat(sent()).contains("expect: 100-continue", "content-length: 4");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void theBackendSaysNotToContinue() throws Exception {
    expecting(false);
    try (RawClient client = client()) {
      assertThat(client.send(EXPECT).read().status()).isEqualTo(413);
      assertThat(client.isClosed()).as("the body was never sent").isTrue();
    }
  }

  @Test
  void otherwiseTheProxyContinuesByItself() throws Exception {
    start("", "", "");
    try (RawClient client = client()) {
      client.send(EXPECT);
      assertThat(client.read().status()).isEqualTo(100);
      client.send("body");
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(backend.requests.getFirst().header("expect")).isNull();
    assertThat(backend.requests.getFirst().body()).isEqualTo("body");
  }

  @Test
  void underTlsTheClientsEndEndsTheTunnelBehindItsLastBytes() throws Exception {
    backend.close();
    backend =
        new ScriptedBackend((connection, me) -> {
          me.requests.add(connection.read());
          connection.send(
              "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
          StringBuilder last = new StringBuilder();
          for (int i = 0; i < 4; i++) {
            last.append(connection.read(false).startLine());
          }
          boolean ended = connection.isClosed();
          ends.add(last + " " + ended);
        });
    TestCertificate certificate = TestCertificate.of("localhost", directory);
    start(
        "",
        "",
        "transport_socket: {name: tls, typed_config: {\"@type\":"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext,"
            + " common_tls_context: {tls_certificates: [{certificate_chain: {filename: \""
            + certificate.chain()
            + "\"}, private_key: {filename: \""
            + certificate.key()
            + "\"}}]}}}");
    try (SSLSocket socket =
        (SSLSocket)
            certificate
                .client()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), servers.getLast().port("web"))) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
                  .getBytes(ISO_8859_1));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      assertThat(head).startsWith("HTTP/1.1 101");
      socket.getOutputStream().write("a\n\nb\n\nc\n\nd\n\n".getBytes(ISO_8859_1));
      socket.shutdownOutput();
      assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("abcd true");
      assertThat(socket.getInputStream().read()).as("a clean end").isEqualTo(-1);
    }
  }
}
