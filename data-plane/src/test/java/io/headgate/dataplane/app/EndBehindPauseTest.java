package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.observe.Meters;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A peer that says its last word, and its end, while the proxy does not read from it because the
 * other side is slow: everything arrives, and then the end.
 */
class EndBehindPauseTest {
  private static final String PAUSED = "cluster.up.upstream_flow_control_paused_reading_total";
  private static final String SWITCH =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCHES =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final int PIECE = 16 * 1024;

  private final List<AutoCloseable> open = new ArrayList<>();

  /** How much the host sent, by its end. */
  private final AtomicLong sent = new AtomicLong();

  private final CountDownLatch ended = new CountDownLatch(1);

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

  private static long counter(ProxyServer server, String name) {
    for (Meters.Meter meter : server.meters().all()) {
      if (meter.name().equals(name) && meter instanceof Meters.CounterMeter counter) {
        return counter.counter().value();
      }
    }
    return 0;
  }

  /** Writes until the proxy reads no more, then a little that stays in the kernel, and its end. */
  private void flood(ProxyServer server, String meter, Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    byte[] piece = new byte[PIECE];
    while (counter(server, meter) == 0) {
      out.write(piece);
      sent.addAndGet(PIECE);
    }
    out.write(piece);
    sent.addAndGet(PIECE);
    socket.shutdownOutput();
    ended.countDown();
  }

  /** Each loop of the proxy has looked at its sockets since; connections go to them in turn. */
  private static void eachLoopTurns(ProxyServer server, String listener) throws IOException {
    for (int i = 0; i < 8; i++) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), server.port(listener))) {
        probe.setSoTimeout(10_000);
        probe
            .getOutputStream()
            .write("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(probe.getInputStream().read()).isPositive();
      }
    }
  }

  private ProxyServer tcp(int port) throws Exception {
    return kept(
        Proxies.live(
            """
            node: {id: p, cluster: c}
            static_resources:
              listeners:
              - name: tcp
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: tcp
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                      stat_prefix: t
                      cluster: up
              - name: probe
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: probe
                      route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: up
                load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]}
            """
                .replace("PORT", Integer.toString(port))));
  }

  private Socket client(ProxyServer server, String listener) throws IOException {
    Socket socket = kept(new Socket(InetAddress.getLoopbackAddress(), server.port(listener)));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private void awaitEnd() throws InterruptedException {
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private static long all(InputStream in) throws IOException {
    return in.transferTo(OutputStream.nullOutputStream());
  }

  @Test
  void ofAHostBehindTcp() throws Exception {
    ProxyServer[] server = new ProxyServer[1];
    Streams host =
        kept(
            new Streams(socket -> {
              socket.getInputStream().read();
              flood(server[0], PAUSED, socket);
              all(socket.getInputStream());
            }));
    server[0] = tcp(host.port());
    Socket client = client(server[0], "tcp");
    client.getOutputStream().write('x');
    awaitEnd();
    eachLoopTurns(server[0], "probe");
    assertThat(all(client.getInputStream())).isEqualTo(sent.get());
  }

  @Test
  void ofAClientBeforeTcp() throws Exception {
    CountDownLatch reads = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    Streams host =
        kept(
            new Streams(socket -> {
              reads.await();
              received.set(all(socket.getInputStream()));
              socket.getOutputStream().write("got it".getBytes(ISO_8859_1));
            }));
    ProxyServer server = tcp(host.port());
    Socket client = client(server, "tcp");
    flood(server, "tcp.t.downstream_flow_control_paused_reading_total", client);
    eachLoopTurns(server, "probe");
    reads.countDown();
    assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1)).isEqualTo("got it");
    assertThat(received.get()).isEqualTo(sent.get());
  }

  private ProxyServer http(int port) throws Exception {
    return kept(
        Proxies.live(
            Proxies.web(
                """
                upgrade_configs: [{upgrade_type: websocket}]
                http_protocol_options: {accept_http_10: true}
                delayed_close_timeout: 60s
                route_config:
                  name: r
                  virtual_hosts:
                  - name: v
                    domains: ['*']
                    routes:
                    - match: {prefix: /probe}
                      direct_response: {status: 200}
                    - match: {prefix: /}
                      route: {cluster: up, timeout: 60s}
                """,
                "",
                "",
                port)));
  }

  private static void head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int b = in.read();
      assertThat(b).as("after " + head).isNotNegative();
      head.append((char) b);
    }
  }

  private void ofABackend(String request, String answer) throws Exception {
    ProxyServer[] server = new ProxyServer[1];
    Streams backend =
        kept(
            new Streams(socket -> {
              head(socket.getInputStream());
              socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
              flood(server[0], PAUSED, socket);
              all(socket.getInputStream());
            }));
    server[0] = http(backend.port());
    Socket client = client(server[0], "web");
    client.getOutputStream().write(request.getBytes(ISO_8859_1));
    awaitEnd();
    eachLoopTurns(server[0], "web");
    head(client.getInputStream());
    if (answer.contains("101")) {
      client.shutdownOutput(); // a request's connection, though, ends with either direction
    }
    assertThat(all(client.getInputStream())).isEqualTo(sent.get());
  }

  @Test
  void ofABackendWhoseAnswerEndsWithItsConnection() throws Exception {
    ofABackend("GET / HTTP/1.0\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  }

  @Test
  void ofABackendInATunnel() throws Exception {
    ofABackend(SWITCH, SWITCHES);
  }

  /** A host that takes a tunnel, and when it may reads it to its end and says a last word. */
  private Streams tunnel(CountDownLatch reads, AtomicLong received, byte[] last)
      throws IOException {
    return kept(
        new Streams(socket -> {
          head(socket.getInputStream());
          socket.getOutputStream().write(SWITCHES.getBytes(ISO_8859_1));
          reads.await();
          received.set(all(socket.getInputStream()));
          socket.getOutputStream().write(last);
        }));
  }

  private Socket tunnelled(ProxyServer server) throws IOException {
    Socket client = client(server, "web");
    client.getOutputStream().write(SWITCH.getBytes(ISO_8859_1));
    head(client.getInputStream());
    return client;
  }

  @Test
  void ofAClientInATunnel() throws Exception {
    CountDownLatch reads = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    ProxyServer server = http(tunnel(reads, received, "got it".getBytes(ISO_8859_1)).port());
    Socket client = tunnelled(server);
    flood(server, "http.web.downstream_flow_control_paused_reading_total", client);
    eachLoopTurns(server, "web");
    reads.countDown();
    assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1)).isEqualTo("got it");
    assertThat(received.get()).isEqualTo(sent.get());
  }

  /** All of it was read and most of it waits to be written: the end must wait as well. */
  @Test
  void nothingIsLostThatWaitsToBeWritten() throws Exception {
    byte[] much = new byte[24 << 20];
    CountDownLatch reads = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    Streams backend = tunnel(reads, received, much);
    ProxyServer server =
        kept(
            Proxies.live(
                Proxies.web(
                        "upgrade_configs: [{upgrade_type: websocket}]\nroute_config: {name: r,"
                            + " virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix:"
                            + " /probe}, direct_response: {status: 200}}, {match: {prefix: /},"
                            + " route: {cluster: up}}]}]}\n",
                        "",
                        "per_connection_buffer_limit_bytes: 67108864\n",
                        backend.port())
                    .replace(
                        "    filter_chains:\n",
                        "    per_connection_buffer_limit_bytes: 67108864\n    filter_chains:\n")));
    Socket client = tunnelled(server);
    client.getOutputStream().write(much);
    client.shutdownOutput();
    eachLoopTurns(server, "web");
    reads.countDown();
    assertThat(all(client.getInputStream())).isEqualTo(much.length);
    assertThat(received.get()).isEqualTo(much.length);
  }
}
