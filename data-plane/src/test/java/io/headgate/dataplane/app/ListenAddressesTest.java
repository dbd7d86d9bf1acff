package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.dataplane.listener.BoundSocket;
import io.headgate.dataplane.observe.Meters;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listeners listen on: several addresses, IPv6 with and without IPv4, Unix sockets. */
class ListenAddressesTest {
  private static final String REQUEST =
      "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

  @TempDir private Path directory = Path.of("");
  private final List<ProxyServer> servers = new ArrayList<>();

  @AfterEach
  void close() {
    servers.forEach(ProxyServer::close);
  }

  private ProxyServer proxy(String address, String more) throws Exception {
    return proxy(address, more, "web");
  }

  private ProxyServer proxy(String address, String more, String name) throws Exception {
    ProxyServer server =
        new ProxyServer(
            Proxies.bootstrap(
                """
                node: {id: p, cluster: c}
                static_resources:
                  listeners:
                  - name: NAME
                    address: ADDRESS
                    filter_chains:
                    - filters:
                      - name: manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: web
                          use_remote_address: true
                          route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: hello}}}]}]}
                          http_filters:
                          - name: router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                        .replace("ADDRESS", address)
                        .replace("NAME", name)
                    + more.indent(4)),
            new ProxyServer.Settings(2, Duration.ofSeconds(1), null, null, false));
    servers.add(server);
    server.start();
    CompletableFuture.anyOf(server.live(), server.failed()).get(10, TimeUnit.SECONDS);
    return server;
  }

  private static String tcp(String host, int port) {
    return "{socket_address: {address: '" + host + "', port_value: " + port + "}}";
  }

  private static List<SocketAddress> bound(ProxyServer server) {
    return Objects.requireNonNull(server.listeners().get("web")).sockets().stream()
        .map(BoundSocket::boundAddress)
        .toList();
  }

  private static int port(ProxyServer server, int index) {
    return ((InetSocketAddress) bound(server).get(index)).getPort();
  }

  private static String get(String host, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral(host), port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String get(Path pipe) throws IOException {
    try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(pipe))) {
      socket.write(ByteBuffer.wrap(REQUEST.getBytes(ISO_8859_1)));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      while (socket.read(buffer) >= 0) {
        all.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      return all.toString(ISO_8859_1);
    }
  }

  @Test
  void listensOnAdditionalAddresses() throws Exception {
    ProxyServer server =
        proxy(
            tcp("127.0.0.1", 0),
            "additional_addresses: [{address: %s}, {address: %s}]"
                .formatted(tcp("127.0.0.2", 0), tcp("::1", 0)));
    assertThat(get("127.0.0.1", port(server, 0))).endsWith("hello");
    assertThat(get("127.0.0.2", port(server, 1))).endsWith("hello");
    assertThat(get("::1", port(server, 2))).endsWith("hello");
  }

  @Test
  void bindsAllAddressesOrNone() throws Exception {
    ProxyServer first = proxy(tcp("127.0.0.1", 0), "");
    int taken = port(first, 0);
    ProxyServer second =
        proxy(
            tcp("127.0.0.2", taken),
            "additional_addresses: [{address: %s}]".formatted(tcp("127.0.0.1", taken)));
    assertThat(second.failed().get(5, TimeUnit.SECONDS)).isEqualTo(ExitCode.ADDRESS);
    assertThatThrownBy(() -> get("127.0.0.2", taken)).isInstanceOf(IOException.class);
    assertThat(get("127.0.0.1", taken)).endsWith("hello");
  }

  @Test
  void theIpv6WildcardLeavesIpv4ToOthers() throws Exception {
    ProxyServer six = proxy(tcp("::", 0), "");
    int port = port(six, 0);
    assertThat(get("::1", port)).endsWith("hello");
    assertThatThrownBy(() -> get("127.0.0.1", port)).isInstanceOf(IOException.class);
    ProxyServer four = proxy(tcp("0.0.0.0", port), "");
    assertThat(port(four, 0)).isEqualTo(port);
    assertThat(get("127.0.0.1", port)).endsWith("hello");
  }

  @Test
  void aDualStackTakesBoth() throws Exception {
    ProxyServer server =
        proxy("{socket_address: {address: '::', port_value: 0, ipv4_compat: true}}", "");
    assertThat(get("::1", port(server, 0))).endsWith("hello");
    assertThat(get("127.0.0.1", port(server, 0))).endsWith("hello");
  }

  @Test
  void listensOnAUnixSocket() throws Exception {
    Path pipe = directory.resolve("web.sock");
    String address = "{pipe: {path: '%s', mode: 432}}".formatted(pipe);
    try (ProxyServer server = proxy(address, "")) {
      assertThat(get(pipe)).endsWith("hello");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe)))
          .isEqualTo("rw-rw----");
    }
    proxy(address, "");
    assertThat(get(pipe)).as("behind what a process before left").endsWith("hello");
  }

  @Test
  void aFileIsNoOldSocket() throws Exception {
    Path file = Files.writeString(directory.resolve("kept"), "x");
    ProxyServer server = proxy("{pipe: {path: '%s'}}".formatted(file), "");
    assertThat(server.failed().get(5, TimeUnit.SECONDS)).isEqualTo(ExitCode.ADDRESS);
    assertThat(file).hasContent("x");
  }

  @Test
  void anAbstractSocketHasNoFile() throws Exception {
    String name = "headgate-test-" + System.nanoTime();
    ProxyServer server = proxy("{pipe: {path: '@%s'}}".formatted(name), "");
    assertThat(bound(server)).hasSize(1);
    assertThat(Files.readString(Path.of("/proc/net/unix"))).contains("@" + name);
  }

  /** As many on each loop as on any other, however they come: what reuse_port is for elsewhere. */
  @Test
  void connectionsSpreadEvenlyOverTheLoops() throws Exception {
    ProxyServer server = proxy(tcp("127.0.0.1", 0), "stat_prefix: s\nenable_reuse_port: true");
    for (int i = 0; i < 10; i++) {
      get("127.0.0.1", port(server, 0));
    }
    assertThat(counter(server, "listener.s.worker_0.downstream_cx_total")).isEqualTo(5);
    assertThat(counter(server, "listener.s.worker_1.downstream_cx_total")).isEqualTo(5);
  }

  private static long counter(ProxyServer server, String name) {
    for (Meters.Meter meter : server.meters().all()) {
      if (meter.name().equals(name) && meter instanceof Meters.CounterMeter counter) {
        return counter.counter().value();
      }
    }
    throw new AssertionError("there is no counter " + name);
  }

  @Test
  void theBacklogIsTheConfigs() throws Exception {
    ProxyServer server = proxy(tcp("127.0.0.1", 0), "tcp_backlog_size: 7");
    BoundSocket socket = Objects.requireNonNull(server.listeners().get("web")).sockets().getFirst();
    assertThat(socket.channel().config().getOption(ChannelOption.SO_BACKLOG)).isEqualTo(7);
  }
}
