package io.headgate.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * WebSockets of clients that speak HTTP/2 (RFC 8441): to a backend over HTTP/1, for which the proxy
 * makes the key and checks the answer, and through a second hop to the same by HTTP/2.
 */
class WebSocketOverH2Test {
  private static final byte[] MASK = {1, 2, 3, 4};
  private static final int TEXT = 0x81;

  @TempDir static Path directory;
  private static EchoBackend backend;
  private static EchoBackend liar;
  private static ManagedProcess proxy;
  private static int direct;
  private static int twoHops;
  private static int toLiar;

  @BeforeAll
  static void start() throws IOException {
    backend = new EchoBackend(false);
    liar = new EchoBackend(true);
    List<Integer> ports = Ports.free("127.0.0.1", 3);
    direct = ports.get(0);
    twoHops = ports.get(1);
    toLiar = ports.get(2);
    String config =
        "static_resources:\n  listeners:\n"
            + listener(direct, "h1")
            + listener(twoHops, "h2")
            + listener(toLiar, "liar")
            + "  clusters:\n"
            + cluster("h1", backend.port(), "http_protocol_options: {}")
            + cluster("h2", direct, "http2_protocol_options: {allow_connect: true}")
            + cluster("liar", liar.port(), "http_protocol_options: {}");
    Path file = Files.writeString(directory.resolve("proxy.yaml"), config);
    proxy =
        ManagedProcess.start("headgate", Installation.find().proxy(file, 1), Map.of(), directory);
    for (int port : ports) {
      Autobahn.awaitListener(port, proxy);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    backend.close();
    liar.close();
  }

  private static String listener(int port, String cluster) {
    return """
      - name: to-%2$s
        address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}
        filter_chains:
        - filters:
          - name: envoy.filters.network.http_connection_manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: to-%2$s
              codec_type: HTTP2
              http2_protocol_options: {allow_connect: true, initial_stream_window_size: 65535, initial_connection_window_size: 65535}
              upgrade_configs: [{upgrade_type: websocket}]
              route_config:
                name: to-%2$s
                virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: %2$s}}]}]
              http_filters:
              - name: envoy.filters.http.router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
    """
        .formatted(port, cluster);
  }

  private static String cluster(String name, int port, String protocol) {
    return """
      - name: %1$s
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: {%3$s}
        load_assignment: {cluster_name: %1$s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]}
    """
        .formatted(name, port, protocol);
  }

  private static H2Tunnel open(int port) throws IOException {
    H2Tunnel tunnel = new H2Tunnel(port);
    assertThat(tunnel.open()).isEqualTo(200);
    return tunnel;
  }

  private static void echo(H2Tunnel tunnel, int first, byte[] payload) throws IOException {
    tunnel.send(EchoBackend.frame(first, payload, MASK));
    byte[] expected = EchoBackend.frame(first, payload, new byte[0]);
    assertThat(tunnel.receive(expected.length)).isEqualTo(expected);
  }

  private static void talk(int port) throws IOException {
    try (H2Tunnel tunnel = open(port)) {
      echo(tunnel, TEXT, "hello".getBytes(US_ASCII));
      echo(tunnel, 0x01, "in ".getBytes(US_ASCII));
      echo(tunnel, 0x00, "three ".getBytes(US_ASCII));
      echo(tunnel, 0x89, "a ping between".getBytes(US_ASCII));
      echo(tunnel, 0x80, "pieces".getBytes(US_ASCII));
      byte[] large = new byte[1 << 20];
      new Random(1).nextBytes(large);
      echo(tunnel, 0x82, large);
      echo(tunnel, 0x82, large);
      echo(tunnel, 0x88, new byte[] {3, (byte) 0xe8});
      tunnel.end();
      assertThat(tunnel.awaitEnd()).as("a clean end").isEqualTo(-1);
    }
  }

  @Test
  void echoFragmentsLargeMessagesAndClose() throws IOException {
    talk(direct);
  }

  @Test
  void theSameOverTwoHopsOfHttp2() throws IOException {
    talk(twoHops);
  }

  @Test
  void aBackendThatAbortsResetsTheStream() throws IOException {
    for (int port : List.of(direct, twoHops)) {
      try (H2Tunnel tunnel = open(port)) {
        tunnel.send(EchoBackend.frame(TEXT, "abort".getBytes(US_ASCII), MASK));
        assertThat(tunnel.awaitEnd()).as("a reset").isPositive();
      }
    }
  }

  @Test
  void aClientThatResetsLosesTheBackendsConnection() throws IOException, InterruptedException {
    try (H2Tunnel tunnel = open(direct)) {
      echo(tunnel, TEXT, "hello".getBytes(US_ASCII));
      tunnel.reset();
      assertThat(backend.lost.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aBackendThatAnswersAnotherKeyGetsNoTunnel() throws IOException {
    try (H2Tunnel tunnel = new H2Tunnel(toLiar)) {
      assertThat(tunnel.open()).isEqualTo(502);
    }
  }
}
