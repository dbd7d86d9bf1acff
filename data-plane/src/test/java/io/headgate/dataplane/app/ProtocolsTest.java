package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which HTTP is spoken, chosen by ALPN, by the first bytes and by config; H2 over two proxies. */
class ProtocolsTest {
  private static final int REQUESTS = 300;

  /** The header of a GOAWAY frame. */
  private static final byte[] GOAWAY = {0, 0, 8, 7, 0, 0, 0, 0, 0};

  @TempDir Path directory;
  private final List<ProxyServer> servers = new ArrayList<>();
  private final HttpBackend backend;

  ProtocolsTest() throws IOException {
    backend = new HttpBackend("backend");
  }

  @AfterEach
  void stop() {
    servers.forEach(ProxyServer::close);
    backend.close();
  }

  private ProxyServer server(String codec, String tls, int port, String upstream) throws Exception {
    String manager =
        """
        codec_type: %s
        route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
        """
            .formatted(codec);
    String speaks = Proxies.speaks("{%s: {}}".formatted(upstream));
    ProxyServer server = Proxies.live(Proxies.web(manager, tls, speaks, port));
    servers.add(server);
    return server;
  }

  private ProxyServer plain(String codec) throws Exception {
    return server(codec, "", backend.port(), "http_protocol_options");
  }

  private ProxyServer secure(TestCertificate certificate) throws Exception {
    String tls =
        """
        transport_socket:
          name: tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
            common_tls_context:
              alpn_protocols: [h2, http/1.1]
              tls_certificates: [{certificate_chain: {filename: "%s"}, private_key: {filename: "%s"}}]
        """
            .formatted(certificate.chain(), certificate.key());
    return server("AUTO", tls, plain("AUTO").port("web"), "http2_protocol_options");
  }

  private static HttpResponse<String> get(HttpClient client, ProxyServer server, String scheme)
      throws Exception {
    return client.send(request(server, scheme), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(ProxyServer server, String scheme) {
    return HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + server.port("web") + "/"))
        .timeout(Duration.ofSeconds(15))
        .build();
  }

  @Test
  void underTlsAlpnChoosesAndTwoProxiesShareFewConnections() throws Exception {
    TestCertificate certificate = TestCertificate.of("localhost", directory);
    ProxyServer server = secure(certificate);
    try (HttpClient old =
        HttpClient.newBuilder()
            .sslContext(certificate.client())
            .version(HttpClient.Version.HTTP_1_1)
            .build()) {
      HttpResponse<String> answer = get(old, server, "https");
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(answer.body()).isEqualTo("backend");
    }
    try (HttpClient client = HttpClient.newBuilder().sslContext(certificate.client()).build()) {
      assertThat(get(client, server, "https").version()).isEqualTo(HttpClient.Version.HTTP_2);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        answers.add(
            client.sendAsync(request(server, "https"), HttpResponse.BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
    }
    assertThat(backend.requests).hasValue(REQUESTS + 2);
    String stats = stats(server);
    assertThat(stats).contains("cluster.up.upstream_rq_2xx: " + (REQUESTS + 2));
    assertThat(stats).containsPattern("cluster.up.upstream_cx_http2_total: [12]\n");
    assertThat(stats).contains("http.web.downstream_rq_http1_total: 1\n");
    assertThat(stats).contains("http.web.downstream_rq_http2_total: " + (REQUESTS + 1) + "\n");
  }

  private static String stats(ProxyServer server) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + server.adminPort() + "/stats"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static RawClient connect(ProxyServer server) throws IOException {
    return new RawClient(new InetSocketAddress("127.0.0.1", server.port("web")));
  }

  /** Sends pieces and reads to the end of the connection. */
  private static byte[] untilTheEnd(ProxyServer server, String... pieces) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port("web"))) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      for (String piece : pieces) {
        socket.getOutputStream().write(piece.getBytes(US_ASCII));
      }
      return socket.getInputStream().readAllBytes();
    }
  }

  @Test
  void inClearTextTheFirstBytesTell() throws Exception {
    ProxyServer server = plain("AUTO");
    try (RawClient client = connect(server)) {
      assertThat(client.get("/").body()).isEqualTo("backend");
    }
    try (RawClient client = connect(server)) {
      client.send("PRI * HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.read().status()).as("a method that looks like it").isEqualTo(400);
    }
    assertThat(untilTheEnd(server, "PRI * HT", "TP/2.0\r\n\r\nSM\r\n\r\nNO FRAME AT ALL"))
        .contains(GOAWAY);
    assertThat(stats(server)).contains("http.web.downstream_cx_http2_total: 1\n");
  }

  @Test
  void oneVersionOnlyWhereConfigured() throws Exception {
    try (RawClient client = connect(plain("HTTP1"))) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.read().status()).isIn(400, 505);
    }
    ProxyServer two = plain("HTTP2");
    assertThat(untilTheEnd(two, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).contains(GOAWAY);
    assertThat(stats(two)).contains("http.web.downstream_rq_total: 0\n");
  }
}
