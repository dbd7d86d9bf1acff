package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.listener.BoundSocket;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example of docs/listeners.md. */
class ListenersPageTest {
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();

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

  private static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    Matcher found = EXAMPLE.matcher(Files.readString(Path.of("../docs/listeners.md")));
    while (found.find()) {
      examples.add(found.group(1));
    }
    return examples;
  }

  private static String example(String listener) throws IOException {
    return examples().stream()
        .filter(text -> text.contains("- name: " + listener + "\n    address"))
        .findFirst()
        .orElseThrow();
  }

  private ProxyServer proxy(String example, String... clusters) throws Exception {
    StringBuilder yaml = new StringBuilder("node: {id: p, cluster: c}\n").append(example);
    if (clusters.length > 0) {
      yaml.append("  clusters:\n");
    }
    for (String cluster : clusters) {
      String[] parts = cluster.split(":");
      yaml.append(
          "  - {name: %s, load_assignment: {cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %s}}}}]}]}}\n"
              .formatted(parts[0], parts[0], parts[1]));
    }
    return kept(Proxies.live(yaml.toString()));
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Test
  void eachExampleIsRunHere() throws IOException {
    assertThat(examples()).hasSize(4);
  }

  @Test
  void addresses() throws Exception {
    Streams backend = kept(Streams.saying("hello"));
    Path pipe = directory.resolve("web.sock");
    ProxyServer server =
        proxy(example("web").replace("PIPE", pipe.toString()), "backend:" + backend.port());
    List<BoundSocket> sockets = Objects.requireNonNull(server.listeners().get("web")).sockets();
    assertThat(sockets).hasSize(3);
    for (BoundSocket bound : sockets) {
      if (bound.boundAddress() instanceof InetSocketAddress ip) {
        try (Socket socket = new Socket(ip.getAddress(), ip.getPort())) {
          assertThat(all(socket)).isEqualTo("hello");
        }
      }
    }
    try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(pipe))) {
      ByteBuffer five = ByteBuffer.allocate(5);
      while (five.hasRemaining() && socket.read(five) >= 0) {}
      assertThat(new String(five.array(), ISO_8859_1)).isEqualTo("hello");
    }
  }

  @Test
  void tlsPassedThrough() throws Exception {
    TestCertificate shop = TestCertificate.of("shop.test", directory);
    JdkSslContext context =
        (JdkSslContext)
            SslContextBuilder.forServer(shop.chain().toFile(), shop.key().toFile())
                .sslProvider(SslProvider.JDK)
                .build();
    Streams secure =
        kept(
            new Streams(socket -> {
              SSLSocket tls =
                  (SSLSocket) context.context().getSocketFactory().createSocket(socket, null, true);
              tls.setUseClientMode(false);
              tls.startHandshake();
              tls.getOutputStream().write("the shop".getBytes(ISO_8859_1));
              tls.close();
            }));
    Streams rest = kept(Streams.saying("the rest"));
    ProxyServer server = proxy(example("tls"), "shop:" + secure.port(), "rest:" + rest.port());
    try (SSLSocket socket =
        (SSLSocket)
            shop.client().getSocketFactory().createSocket("127.0.0.1", server.port("tls"))) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName("shop.test")));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(all(socket)).isEqualTo("the shop");
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("tls"))) {
      socket.getOutputStream().write("something else\r\n".getBytes(ISO_8859_1));
      assertThat(all(socket)).isEqualTo("the rest");
    }
  }

  @Test
  void tcp() throws Exception {
    Streams shop = kept(Streams.saying("either"));
    ProxyServer server = proxy(example("tcp"), "shop:" + shop.port(), "rest:" + shop.port());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("tcp"))) {
      assertThat(all(socket)).isEqualTo("either");
    }
  }

  @Test
  void proxyProtocol() throws Exception {
    byte[] header =
        ByteBuffer.allocate(32)
            .put("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1))
            .put(new byte[] {0x21, 0x11, 0, 16, 10, 0, 0, 1, 10, 0, 0, 2, 1, 2, 3, 4})
            .put(new byte[] {(byte) 234, 0, 1, 'v'})
            .array();
    Streams told =
        kept(
            new Streams(
                socket -> socket.getOutputStream().write(socket.getInputStream().readNBytes(37))));
    ProxyServer server = proxy(example("behind").replace("TOLD", Integer.toString(told.port())));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("behind"))) {
      socket.getOutputStream().write(header);
      socket.getOutputStream().write("hello".getBytes(ISO_8859_1));
      assertThat(all(socket)).isEqualTo(new String(header, ISO_8859_1) + "hello");
    }
  }
}
