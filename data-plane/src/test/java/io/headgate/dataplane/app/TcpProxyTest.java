package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.observe.Meters;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TCP through a whole proxy, with raw sockets at both ends. */
class TcpProxyTest {
  @TempDir private Path directory = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private Path log() {
    return directory.resolve("tcp.log");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T kept(T resource) {
    open.add(resource);
    return resource;
  }

  private String filter(String more) {
    return """
    - name: tcp
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
        stat_prefix: t
        access_log:
        - name: file
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
            path: LOG
            log_format: {text_format_source: {inline_string: "%REQ(:METHOD)% %PROTOCOL% %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %UPSTREAM_CLUSTER% %REQUESTED_SERVER_NAME%\\n"}}
    """
            .replace("LOG", log().toString())
        + more.indent(4);
  }

  private ProxyServer proxy(String chains, String... clusters) throws Exception {
    return kept(
        Proxies.live(
            """
            node: {id: p, cluster: c}
            static_resources:
              listeners:
              - name: tcp
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
            """
                + chains.indent(4)
                + "  clusters:\n"
                + String.join("", clusters)));
  }

  private ProxyServer proxyTo(String more, String... clusters) throws Exception {
    return proxy("- filters:\n" + filter(more).indent(2), clusters);
  }

  private Socket client(ProxyServer server) throws IOException {
    Socket socket = kept(new Socket(InetAddress.getLoopbackAddress(), server.port("tcp")));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String hear(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
  }

  private void logged(String line) {
    await().untilAsserted(() -> assertThat(Files.readAllLines(log())).contains(line));
  }

  private static long meter(ProxyServer server, String name) {
    for (Meters.Meter meter : server.meters().all()) {
      if (meter.name().equals(name)) {
        return switch (meter) {
          case Meters.CounterMeter counter -> counter.counter().value();
          case Meters.GaugeMeter gauge -> gauge.gauge().value();
          case Meters.HistogramMeter _ -> throw new IllegalStateException(name);
        };
      }
    }
    throw new AssertionError("there is no meter " + name);
  }

  @Test
  void bytesGoBothWaysAndAreCounted() throws Exception {
    Streams echo = kept(Streams.echo());
    ProxyServer server = proxyTo("cluster: up", Proxies.cluster("up", "", echo.port()));
    try (Socket client = client(server)) {
      say(client, "hello");
      assertThat(hear(client, 5)).isEqualTo("hello");
      assertThat(meter(server, "cluster.up.upstream_cx_active")).isEqualTo(1);
      client.shutdownOutput();
      assertThat(all(client)).isEmpty();
    }
    logged("- - 0 - 5 5 up -");
    await().until(() -> meter(server, "cluster.up.upstream_cx_active") == 0);
    assertThat(meter(server, "tcp.t.downstream_cx_total")).isEqualTo(1);
    assertThat(meter(server, "tcp.t.downstream_cx_rx_bytes_total")).isEqualTo(5);
    assertThat(meter(server, "tcp.t.downstream_cx_tx_bytes_total")).isEqualTo(5);
    assertThat(meter(server, "cluster.up.upstream_cx_total")).isEqualTo(1);
    assertThat(meter(server, "cluster.up.upstream_cx_rx_bytes_total")).isEqualTo(5);
    assertThat(meter(server, "cluster.up.upstream_cx_destroy")).isEqualTo(1);
    assertThat(meter(server, "cluster.up.upstream_cx_destroy_remote")).isEqualTo(1);
  }

  @Test
  void theHostMaySpeakFirst() throws Exception {
    Streams host = kept(Streams.saying("220 ready"));
    ProxyServer server = proxyTo("cluster: up", Proxies.cluster("up", "", host.port()));
    assertThat(all(client(server))).isEqualTo("220 ready");
  }

  @Test
  void eachDirectionEndsForItself() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Streams host =
        kept(
            new Streams(socket -> {
              String question = all(socket);
              ended.countDown();
              say(socket, "the answer to " + question);
            }));
    ProxyServer server = proxyTo("cluster: up", Proxies.cluster("up", "", host.port()));
    Socket client = client(server);
    say(client, "a question");
    assertThat(ended.await(200, TimeUnit.MILLISECONDS)).as("ended before its end").isFalse();
    client.shutdownOutput();
    assertThat(all(client)).isEqualTo("the answer to a question");
  }

  /** A host that says a word and its end, and notes what comes after it. */
  private Streams firstWord() throws IOException {
    return kept(
        new Streams(socket -> {
          say(socket, "first");
          socket.shutdownOutput();
          heard.add(all(socket));
        }));
  }

  @Test
  void theHostsEndLeavesTheClientsDirectionOpen() throws Exception {
    Streams host = firstWord();
    ProxyServer server = proxyTo("cluster: up", Proxies.cluster("up", "", host.port()));
    Socket client = client(server);
    assertThat(all(client)).isEqualTo("first");
    say(client, "and then this");
    client.shutdownOutput();
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("and then this");
  }

  /** A slow end makes the other end wait; nothing is lost and nothing piles up between them. */
  @Test
  void aSlowHostSlowsItsClient() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    long[] received = {0};
    Streams host =
        kept(
            new Streams(socket -> {
              read.await();
              byte[] buffer = new byte[1 << 16];
              InputStream in = socket.getInputStream();
              for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                received[0] += n;
              }
              socket.getOutputStream().write(1);
            }));
    ProxyServer server = proxyTo("cluster: up", Proxies.cluster("up", "", host.port()));
    try (SocketChannel client =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port("tcp")))) {
      client.configureBlocking(false);
      long sent = 0;
      long last = System.nanoTime();
      ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
      while (System.nanoTime() - last < 500_000_000L) {
        chunk.clear();
        int n = client.write(chunk);
        sent += n;
        if (n > 0) {
          last = System.nanoTime();
        }
        assertThat(sent).as("bytes that nobody takes").isLessThan(64L << 20);
      }
      assertThat(meter(server, "tcp.t.downstream_flow_control_paused_reading_total"))
          .isGreaterThan(0);
      read.countDown();
      client.configureBlocking(true);
      client.shutdownOutput();
      ByteBuffer end = ByteBuffer.allocate(1);
      int answer = client.read(end);
      assertThat(received[0]).isEqualTo(sent);
      assertThat(answer).isEqualTo(1);
    }
  }

  @Test
  void aSlowClientSlowsItsHost() throws Exception {
    long[] sent = {0};
    Streams host =
        kept(
            new Streams(socket -> {
              OutputStream out = socket.getOutputStream();
              byte[] chunk = new byte[1 << 16];
              for (int i = 0; i < 2048; i++) {
                out.write(chunk);
                sent[0] += chunk.length;
              }
            }));
    ProxyServer server = proxyTo("cluster: up", Proxies.cluster("up", "", host.port()));
    Socket client = client(server);
    await().until(() -> meter(server, "cluster.up.upstream_flow_control_paused_reading_total") > 0);
    assertThat(sent[0]).isLessThan(64L << 20);
    assertThat(client.getInputStream().skip(Long.MAX_VALUE)).isEqualTo(2048L << 16);
  }

  @Test
  void clustersAreDrawnByWeight() throws Exception {
    Streams a = kept(Streams.saying("a"));
    Streams b = kept(Streams.saying("b"));
    ProxyServer server =
        proxyTo(
            "weighted_clusters: {clusters: [{name: a, weight: 3}, {name: b, weight: 1}]}",
            Proxies.cluster("a", "", a.port()),
            Proxies.cluster("b", "", b.port()));
    int ofA = 0;
    for (int i = 0; i < 400; i++) {
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port("tcp"))) {
        ofA += all(client).equals("a") ? 1 : 0;
      }
    }
    assertThat(ofA).isBetween(240, 360); // 300 on average, six standard deviations
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void anotherHostIsTriedAsOftenAsTheConfigSays() throws Exception {
    Streams host = kept(Streams.saying("here"));
    ProxyServer server =
        proxyTo(
            "cluster: up\nmax_connect_attempts: 2",
            Proxies.cluster("up", "", closedPort(), host.port()));
    for (int i = 0; i < 6; i++) {
      assertThat(all(client(server))).isEqualTo("here");
    }
    assertThat(meter(server, "cluster.up.upstream_cx_connect_fail")).isPositive();
  }

  @Test
  void withoutAHostTheLogSaysWhy() throws Exception {
    ProxyServer server =
        proxyTo("cluster: up\nmax_connect_attempts: 2", Proxies.cluster("up", "", closedPort()));
    assertThat(all(client(server))).isEmpty();
    logged("- - 0 UF,URX 0 0 up -");
    assertThat(meter(server, "cluster.up.upstream_cx_connect_fail")).isEqualTo(2);
    assertThat(meter(server, "cluster.up.upstream_cx_connect_attempts_exceeded")).isEqualTo(1);

    ProxyServer none = proxyTo("cluster: none", Proxies.cluster("none", ""));
    assertThat(all(client(none))).isEmpty();
    logged("- - 0 UH 0 0 none -");

    ProxyServer unknown = proxyTo("cluster: gone");
    assertThat(all(client(unknown))).isEmpty();
    logged("- - 0 NC 0 0 - -");
    assertThat(meter(unknown, "tcp.t.downstream_cx_no_route")).isEqualTo(1);
  }

  @Test
  void aBreakerBoundsTheConnections() throws Exception {
    Streams echo = kept(Streams.echo());
    ProxyServer server =
        proxyTo(
            "cluster: up",
            Proxies.cluster(
                "up", "circuit_breakers: {thresholds: [{max_connections: 1}]}", echo.port()));
    Socket first = client(server);
    say(first, "x");
    assertThat(hear(first, 1)).isEqualTo("x");
    assertThat(all(client(server))).isEmpty();
    logged("- - 0 UO 0 0 up -");
    assertThat(meter(server, "cluster.up.upstream_cx_overflow")).isEqualTo(1);
  }

  @Test
  void silenceEndsAConnection() throws Exception {
    Streams echo = kept(Streams.echo());
    ProxyServer server =
        proxyTo("cluster: up\nidle_timeout: 0.4s", Proxies.cluster("up", "", echo.port()));
    Socket client = client(server);
    for (int i = 0; i < 3; i++) {
      say(client, "x");
      assertThat(hear(client, 1)).isEqualTo("x");
    }
    assertThat(all(client)).isEmpty();
    logged("- - 0 - 3 3 up -");
    assertThat(meter(server, "tcp.t.idle_timeout")).isEqualTo(1);
  }

  @Test
  void aConnectionLastsAsLongAsItMay() throws Exception {
    Streams echo = kept(Streams.echo());
    ProxyServer server =
        proxyTo(
            "cluster: up\nmax_downstream_connection_duration: 0.2s",
            Proxies.cluster("up", "", echo.port()));
    assertThat(all(client(server))).isEmpty();
    logged("- - 0 DT 0 0 up -");
    assertThat(meter(server, "tcp.t.max_downstream_connection_duration")).isEqualTo(1);
  }

  @Test
  void tlsPassesThroughByServerName() throws Exception {
    TestCertificate certA = TestCertificate.of("a.test", directory);
    TestCertificate certB = TestCertificate.of("b.test", directory);
    Streams secureA = secured(certA, "I am a");
    Streams secureB = secured(certB, "I am b");
    String chains =
        ("- filter_chain_match: {server_names: [a.test]}\n  filters:\n"
                + filter("cluster: a").indent(2))
            + ("- filter_chain_match: {server_names: ['*.test']}\n  filters:\n"
                + filter("cluster: b").indent(2));
    ProxyServer server =
        proxy(
            chains,
            Proxies.cluster("a", "", secureA.port()),
            Proxies.cluster("b", "", secureB.port()));
    assertThat(overTls(certA, "a.test", server.port("tcp"))).isEqualTo("I am a");
    assertThat(overTls(certB, "b.test", server.port("tcp"))).isEqualTo("I am b");
    Socket clear = client(server);
    say(clear, "GET / HTTP/1.1\r\n\r\n");
    assertThat(all(clear)).as("no chain takes clear text").isEmpty();
    await()
        .untilAsserted(() ->
            assertThat(Files.readAllLines(log()))
                .anyMatch(line -> line.endsWith(" a a.test"))
                .anyMatch(line -> line.endsWith(" b b.test")));
  }

  /** Over the proxy's own TLS the host's end is a close_notify, and the client may go on. */
  @Test
  void theHostsEndLeavesTheClientsDirectionOpenOverTlsToo() throws Exception {
    Streams host = firstWord();
    TestCertificate certificate = TestCertificate.of("a.test", directory);
    ProxyServer server =
        proxy(
            "- filters:\n" + filter("cluster: up").indent(2) + tls(certificate),
            Proxies.cluster("up", "", host.port()));
    try (SSLSocket client =
        (SSLSocket)
            certificate.client().getSocketFactory().createSocket("127.0.0.1", server.port("tcp"))) {
      client.setSoTimeout(10_000);
      client.startHandshake();
      assertThat(all(client)).isEqualTo("first");
      say(client, "and then this");
      client.shutdownOutput();
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("and then this");
    }
  }

  private static String tls(TestCertificate certificate) {
    return """
      transport_socket:
        name: tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context: {tls_certificates: [{certificate_chain: {filename: CHAIN}, private_key: {filename: KEY}}]}
    """
        .replace("CHAIN", certificate.chain().toString())
        .replace("KEY", certificate.key().toString());
  }

  private Streams secured(TestCertificate certificate, String text) throws Exception {
    JdkSslContext context =
        (JdkSslContext)
            SslContextBuilder.forServer(certificate.chain().toFile(), certificate.key().toFile())
                .sslProvider(SslProvider.JDK)
                .build();
    return kept(
        new Streams(socket -> {
          SSLSocket tls =
              (SSLSocket) context.context().getSocketFactory().createSocket(socket, null, true);
          tls.setUseClientMode(false);
          tls.startHandshake();
          tls.getOutputStream().write(text.getBytes(ISO_8859_1));
          tls.close();
        }));
  }

  private static String overTls(TestCertificate certificate, String name, int port)
      throws IOException {
    try (SSLSocket socket =
        (SSLSocket) certificate.client().getSocketFactory().createSocket("127.0.0.1", port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      socket.setSSLParameters(parameters);
      socket.startHandshake(); // trusts this certificate and no other
      return all(socket);
    }
  }

  @Test
  void aChainTakesNoMoreConnectionsThanItMay() throws Exception {
    Streams echo = kept(Streams.echo());
    String limit =
        """
        - filters:
          - name: limit
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit
              stat_prefix: few
              max_connections: 2
        """;
    ProxyServer server =
        proxy(limit + filter("cluster: up").indent(2), Proxies.cluster("up", "", echo.port()));
    Socket first = client(server);
    Socket second = client(server);
    for (Socket each : List.of(first, second)) {
      say(each, "x");
      assertThat(hear(each, 1)).isEqualTo("x");
    }
    assertThat(all(client(server))).isEmpty();
    assertThat(meter(server, "connection_limit.few.limited_connections")).isEqualTo(1);
    assertThat(meter(server, "connection_limit.few.active_connections")).isEqualTo(2);
    first.close();
    await().until(() -> meter(server, "connection_limit.few.active_connections") == 1);
    Socket third = client(server);
    say(third, "y");
    assertThat(hear(third, 1)).isEqualTo("y");
  }
}
