package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A browser sends requests for several hosts over one connection of HTTP/2 when their certificate
 * is the same (RFC 9113 §9.1.1): under mutual TLS each host's chain decides for itself.
 */
class MisdirectedTest {
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END = 5;

  @TempDir private Path directory = Path.of("");

  @Test
  void anotherHostOnTheSameConnectionIsNotServed() throws Exception {
    TestCertificate certificate = TestCertificate.of("a.test", directory);
    String tls =
        """
        transport_socket:
          name: tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
            common_tls_context:
              alpn_protocols: [h2]
              tls_certificates: [{certificate_chain: {filename: "%s"}, private_key: {filename: "%s"}}]
              validation_context: {trusted_ca: {filename: "%s"}}
        """
            .formatted(certificate.chain(), certificate.key(), certificate.chain());
    String manager =
        """
        codec_type: AUTO
        route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
        """;
    try (HttpBackend backend = new HttpBackend("backend");
        ProxyServer server =
            Proxies.live(
                Proxies.web(
                    manager, tls, Proxies.speaks("{http_protocol_options: {}}"), backend.port()));
        SSLSocket socket = connect(certificate, server.port("web"))) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      ByteArrayOutputStream preface = new ByteArrayOutputStream();
      preface.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
      preface.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
      socket.getOutputStream().write(preface.toByteArray());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      ask(socket, in, 1, "a.test");
      ask(socket, in, 3, "b.test");
      ask(socket, in, 5, "A.Test:443");
      assertThat(backend.requests).hasValue(2);
      String stats = stats(server);
      assertThat(stats).contains("http.web.downstream_rq_2xx: 2\n");
      assertThat(stats).contains("http.web.downstream_rq_4xx: 1\n");
      assertThat(stats).contains("http.web.downstream_cx_total: 1\n");
    }
  }

  private static SSLSocket connect(TestCertificate certificate, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) certificate.client().getSocketFactory().createSocket("127.0.0.1", port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("a.test")));
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[8] = (byte) stream;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    return frame;
  }

  /** Sends a GET and reads to the end of its answer. */
  private static void ask(SSLSocket socket, DataInputStream in, int stream, String host)
      throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(new byte[] {(byte) 0x82, (byte) 0x84, (byte) 0x87, 1, (byte) host.length()});
    head.writeBytes(host.getBytes(ISO_8859_1));
    socket.getOutputStream().write(frame(HEADERS, END, stream, head.toByteArray()));
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int of = in.readInt();
      in.skipNBytes(length);
      if (of == stream && type <= HEADERS && (flags & 1) != 0) {
        return;
      }
    }
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
}
