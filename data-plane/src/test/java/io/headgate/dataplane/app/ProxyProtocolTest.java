package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.observe.Meters;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PROXY headers from clients and to hosts, through a whole proxy. */
class ProxyProtocolTest {
  private static final String LINE = "PROXY TCP4 192.0.2.7 192.0.2.1 4000 443\r\n";
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

  @TempDir private Path directory = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();

  /** What came with each request: bytes before it, and its head. */
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

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

  /** Answers requests on kept connections, and notes what it read. */
  private Streams http() throws IOException {
    return kept(
        new Streams(socket -> {
          InputStream in = socket.getInputStream();
          StringBuilder text = new StringBuilder();
          for (int b = in.read(); b >= 0; b = in.read()) {
            text.append((char) b);
            if (text.indexOf("HTTP/1.1\r\n") > 0 && text.toString().endsWith("\r\n\r\n")) {
              heard.add(text.toString());
              text.setLength(0);
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1));
            }
          }
        }));
  }

  private ProxyServer proxy(String filter, String more, String cluster, int port) throws Exception {
    String bootstrap =
        Proxies.web(
            """
            use_remote_address: true
            access_log:
            - name: file
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                path: LOG
                log_format: {text_format_source: {inline_string: "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% %FILTER_CHAIN_NAME% %DYNAMIC_METADATA(pp:vpc)%\\n"}}
            route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
            """
                .replace("LOG", log().toString()),
            "name: main\n",
            cluster,
            port);
    String listener =
        """
        listener_filters:
        - name: proxy
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol
        """
            + filter.indent(4)
            + more;
    return kept(
        Proxies.live(
            filter.isEmpty()
                ? bootstrap
                : bootstrap.replace(
                    "    filter_chains:\n", listener.indent(4) + "    filter_chains:\n")));
  }

  private Path log() {
    return directory.resolve("access.log");
  }

  private Socket client(ProxyServer server, byte[]... parts) throws IOException {
    Socket socket = kept(new Socket(InetAddress.getLoopbackAddress(), server.port("web")));
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    for (byte[] part : parts) {
      socket.getOutputStream().write(part);
    }
    return socket;
  }

  private Socket client(ProxyServer server, String text) throws IOException {
    return client(server, text.getBytes(ISO_8859_1));
  }

  private static String status(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("reset");
    }
  }

  private String heard() throws InterruptedException {
    return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
  }

  private void logged(String line) {
    await().untilAsserted(() -> assertThat(Files.readAllLines(log())).contains(line));
  }

  private static long counter(ProxyServer server, String name) {
    for (Meters.Meter meter : server.meters().all()) {
      if (meter.name().equals(name) && meter instanceof Meters.CounterMeter counter) {
        return counter.counter().value();
      }
    }
    throw new AssertionError("there is no counter " + name);
  }

  private static byte[] binary(byte... values) {
    return ByteBuffer.allocate(28 + values.length)
        .put("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1))
        .put((byte) 0x21)
        .put((byte) 0x11)
        .putShort((short) (12 + values.length))
        .put(
            new byte[] {(byte) 192, 0, 2, 7, (byte) 192, 0, 2, 1, 0x0F, (byte) 0xA0, 1, (byte) 187})
        .put(values)
        .array();
  }

  @Test
  void theAddressGoesWhereverAnAddressGoes() throws Exception {
    ProxyServer server = proxy("stat_prefix: edge", "", "", http().port());
    assertThat(status(client(server, LINE + REQUEST))).isEqualTo("HTTP/1.1 200");
    assertThat(heard()).contains("x-forwarded-for: 192.0.2.7\r\n");
    logged("192.0.2.7:4000 192.0.2.1:443 127.0.0.1 main -");
    assertThat(counter(server, "proxy_proto.edge.versions.v1.found")).isEqualTo(1);
  }

  @Test
  void theBinaryFormComesInAnyPiecesAndItsValuesAreKept() throws Exception {
    ProxyServer server =
        proxy(
            "rules: [{tlv_type: 234, on_tlv_present: {metadata_namespace: pp, key: vpc}}]",
            "",
            "",
            http().port());
    byte[] header = binary((byte) 234, (byte) 0, (byte) 2, (byte) 'o', (byte) 'k');
    Socket client = client(server);
    for (byte one : header) {
      client.getOutputStream().write(one);
    }
    client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
    assertThat(status(client)).isEqualTo("HTTP/1.1 200");
    assertThat(heard()).contains("x-forwarded-for: 192.0.2.7\r\n");
    logged("192.0.2.7:4000 192.0.2.1:443 127.0.0.1 main ok");
  }

  @Test
  void whoeverHasNoHeaderOrABrokenOneIsRefused() throws Exception {
    ProxyServer server = proxy("disallowed_versions: [V1]", "", "", http().port());
    assertThat(isClosed(client(server, REQUEST))).isTrue();
    assertThat(isClosed(client(server, LINE + REQUEST))).isTrue();
    byte[] broken = binary();
    broken[12] = 0x11;
    assertThat(isClosed(client(server, broken))).isTrue();
    assertThat(counter(server, "proxy_proto.not_found_disallowed")).isEqualTo(1);
    assertThat(counter(server, "proxy_proto.versions.v1.disallowed")).isEqualTo(1);
    assertThat(counter(server, "proxy_proto.versions.v2.error")).isEqualTo(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void aHeaderMayBeLeftOutWhereThatIsAllowed() throws Exception {
    ProxyServer server =
        proxy("allow_requests_without_proxy_protocol: true", "", "", http().port());
    assertThat(status(client(server, REQUEST))).isEqualTo("HTTP/1.1 200");
    assertThat(heard()).contains("x-forwarded-for: 127.0.0.1\r\n");
    assertThat(counter(server, "proxy_proto.not_found_allowed")).isEqualTo(1);
    Socket slow = client(server, "PROXY TC");
    slow.getOutputStream().write(("P4 192.0.2.9 192.0.2.1 1 2\r\n" + REQUEST).getBytes(ISO_8859_1));
    assertThat(status(slow)).isEqualTo("HTTP/1.1 200");
    assertThat(heard()).contains("x-forwarded-for: 192.0.2.9\r\n");
    assertThat(isClosed(client(server, "PROXY TCP4 1.2.3.4\r\n"))).as("it began one").isTrue();
  }

  @Test
  void whoKeepsSilentIsNotWaitedFor() throws Exception {
    ProxyServer server =
        proxy("stat_prefix: ''", "listener_filters_timeout: 0.2s", "", http().port());
    assertThat(isClosed(client(server, "PROX"))).isTrue();
    ProxyServer patient =
        proxy(
            "stat_prefix: ''",
            "listener_filters_timeout: 0.2s\ncontinue_on_listener_filters_timeout: true",
            "",
            http().port());
    Socket client = client(patient);
    await().until(() -> counter(patient, "listener.127.0.0.1_0.downstream_pre_cx_timeout") == 1);
    client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
    assertThat(status(client)).isEqualTo("HTTP/1.1 200");
  }

  private static String towards(String config) {
    return """
    transport_socket:
      name: proxy
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport
        config: CONFIG
        transport_socket: {name: raw, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}}
    """
        .replace("CONFIG", config);
  }

  @Test
  void hostsAreToldOnceForEachConnection() throws Exception {
    ProxyServer server = proxy("stat_prefix: ''", "", towards("{version: V1}"), http().port());
    Socket client = client(server, LINE + REQUEST);
    assertThat(status(client)).isEqualTo("HTTP/1.1 200");
    assertThat(heard()).startsWith(LINE + "GET / HTTP/1.1\r\n");
    client.getInputStream().skipNBytes(client.getInputStream().available());
    client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
    assertThat(heard()).as("the same client on the same connection").startsWith("GET / ");
    Socket other = client(server, LINE.replace("4000", "4001") + REQUEST);
    assertThat(status(other)).isEqualTo("HTTP/1.1 200");
    assertThat(heard())
        .as("another client never has the connection of the first")
        .startsWith("PROXY TCP4 192.0.2.7 192.0.2.1 4001 443\r\nGET / ");
  }

  @Test
  void valuesArePassedOnAsTheConfigSays() throws Exception {
    ProxyServer server =
        proxy(
            "pass_through_tlvs: {match_type: INCLUDE_ALL}",
            "",
            towards(
                "{version: V2, pass_through_tlvs: {match_type: INCLUDE, tlv_type: [234]},"
                    + " added_tlvs: [{type: 240, value: eA==}]}"),
            http().port());
    byte[] came =
        binary(
            (byte) 234, (byte) 0, (byte) 1, (byte) 'v', (byte) 235, (byte) 0, (byte) 1, (byte) 'w');
    assertThat(status(client(server, came, REQUEST.getBytes(ISO_8859_1))))
        .isEqualTo("HTTP/1.1 200");
    byte[] goes =
        binary(
            (byte) 240, (byte) 0, (byte) 1, (byte) 'x', (byte) 234, (byte) 0, (byte) 1, (byte) 'v');
    assertThat(heard()).startsWith(new String(goes, ISO_8859_1) + "GET / HTTP/1.1\r\n");
  }

  @Test
  void theClientItselfIsToldWithoutAHeaderOfItsOwn() throws Exception {
    ProxyServer server = proxy("", "", towards("{version: V1}"), http().port());
    Socket client = client(server, REQUEST);
    assertThat(status(client)).isEqualTo("HTTP/1.1 200");
    assertThat(heard())
        .startsWith(
            "PROXY TCP4 127.0.0.1 127.0.0.1 "
                + client.getLocalPort()
                + " "
                + client.getPort()
                + "\r\nGET / HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @CsvSource({"V1, UNKNOWN", "V2, LOCAL"})
  void whatTheProxyAsksForItselfIsSaidToBeItsOwn(String version, String own) throws Exception {
    ProxyServer server =
        kept(
            Proxies.live(
                Proxies.web(
                    """
                    tracing:
                      provider:
                        name: otel
                        typed_config:
                          "@type": type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig
                          http_service: {http_uri: {uri: 'http://otel/v1/traces', cluster: up, timeout: 5s}}
                    route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
                    """,
                    "name: main\n",
                    towards("{version: " + version + "}"),
                    http().port())));
    assertThat(status(client(server, REQUEST))).isEqualTo("HTTP/1.1 200");
    assertThat(heard()).contains("GET / HTTP/1.1\r\n");
    String header = own.equals("LOCAL") ? "\r\n\r\n\0\r\nQUIT\n \0\0\0" : "PROXY UNKNOWN\r\n";
    assertThat(heard()).startsWith(header + "POST /v1/traces HTTP/1.1\r\n");
  }
}
