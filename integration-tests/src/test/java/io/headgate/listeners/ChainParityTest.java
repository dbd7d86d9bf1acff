package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated tables of filter chains, and connections that fit several of them: Headgate and the
 * real Envoy take the same chain, by every criterion and in the same order of precedence. A PROXY
 * header says where a connection comes from and goes to, a ClientHello what it wants.
 */
class ChainParityTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final long SEED = 20_261_123;
  private static final int TABLES = 8;
  private static final int CHAINS = 14;
  private static final int PROBES = 60;

  private static final List<List<String>> CRITERIA =
      List.of(
          List.of("destination_port: 443", "destination_port: 8443"),
          List.of(
              "prefix_ranges: [{address_prefix: 192.0.2.0, prefix_len: 24}]",
              "prefix_ranges: [{address_prefix: 192.0.2.128, prefix_len: 25}]",
              "prefix_ranges: [{address_prefix: 192.0.2.1, prefix_len: 32}]"),
          List.of(
              "server_names: [a.test]",
              "server_names: ['*.test']",
              "server_names: ['*.a.test']",
              "server_names: [b.a.test]"),
          List.of("transport_protocol: tls", "transport_protocol: raw_buffer"),
          List.of("application_protocols: [h2]", "application_protocols: [http/1.1]"),
          List.of(
              "direct_source_prefix_ranges: [{address_prefix: 127.0.0.0, prefix_len: 8}]",
              "direct_source_prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]"),
          List.of("source_type: SAME_IP_OR_LOOPBACK", "source_type: EXTERNAL"),
          List.of(
              "source_prefix_ranges: [{address_prefix: 198.51.100.0, prefix_len: 24}]",
              "source_prefix_ranges: [{address_prefix: 198.51.100.7, prefix_len: 32}]"),
          List.of("source_ports: [4000]", "source_ports: [5000]"));

  @TempDir private Path directory = Path.of("");

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String match(Random random) {
    List<String> parts = new ArrayList<>();
    for (List<String> criterion : CRITERIA) {
      if (random.nextInt(10) < 3) {
        parts.add(one(random, criterion));
      }
    }
    return String.join(", ", parts);
  }

  private static String filters(int host) {
    return "filters: [{name: t, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: host%d}}]"
        .formatted(host);
  }

  private static String table(Random random, int number, int port) {
    Set<String> matches = new LinkedHashSet<>();
    while (matches.size() < CHAINS) {
      matches.add(match(random));
    }
    StringBuilder yaml =
        new StringBuilder(
            """
              - name: table%d
                address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                listener_filters:
                - {name: p, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}}
                - {name: i, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}
            """
                .formatted(number, port));
    if (number % 2 == 0) {
      yaml.append("    default_filter_chain: {").append(filters(CHAINS)).append("}\n");
    }
    yaml.append("    filter_chains:\n");
    int host = 0;
    for (String match : matches) {
      yaml.append("    - {name: c%d, filter_chain_match: {%s}, ".formatted(host, match))
          .append(filters(host))
          .append("}\n");
      host++;
    }
    return yaml.toString();
  }

  private record Probe(int table, String source, byte[] first, String text) {}

  private static Probe probe(Random random) throws SSLException, NoSuchAlgorithmException {
    String header =
        "PROXY TCP4 %s %s %d %d\r\n"
            .formatted(
                one(random, List.of("198.51.100.7", "198.51.100.9", "203.0.113.5", "192.0.2.1")),
                one(random, List.of("192.0.2.1", "192.0.2.2", "192.0.2.200", "203.0.113.1")),
                one(random, List.of(4000, 5000, 6000)),
                one(random, List.of(443, 8443, 80)));
    String name = one(random, List.of("", "a.test", "b.a.test", "c.a.test", "c.test", "d.example"));
    List<String> alpn =
        one(
            random,
            List.of(
                List.of(),
                List.of("h2"),
                List.of("http/1.1"),
                List.of("http/1.1", "h2"),
                List.of("x")));
    boolean secure = random.nextInt(4) > 0;
    return new Probe(
        random.nextInt(TABLES),
        header,
        secure ? hello(name, alpn) : "hello, this is clear text\r\n".getBytes(ISO_8859_1),
        header.strip() + (secure ? " " + name + " " + alpn : " clear"));
  }

  private static byte[] hello(String name, List<String> alpn)
      throws SSLException, NoSuchAlgorithmException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    if (!name.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    parameters.setApplicationProtocols(alpn.toArray(String[]::new));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  private static String ask(int port, Probe probe) throws IOException {
    try (Socket socket = new Socket(ADDRESS, port)) {
      socket.setSoTimeout(10_000);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(probe.source.getBytes(ISO_8859_1));
      all.writeBytes(probe.first);
      socket.getOutputStream().write(all.toByteArray());
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      for (int b = in.read(); b > ' '; b = in.read()) {
        answer.append((char) b);
      }
      return answer.toString();
    } catch (SocketException e) {
      return ""; // no chain took it
    }
  }

  private List<String> run(boolean envoy, List<Integer> hosts, List<Probe> probes)
      throws Exception {
    String name = envoy ? "envoy" : "headgate";
    List<Integer> ports = Ports.free(ADDRESS, TABLES + 1);
    int admin = ports.get(TABLES);
    Random random = new Random(SEED);
    StringBuilder yaml = new StringBuilder("node: {id: p, cluster: c}\n");
    yaml.append("admin: {address: {socket_address: {address: 127.0.0.1, port_value: ")
        .append(admin)
        .append("}}}\nstatic_resources:\n  listeners:\n");
    for (int i = 0; i < TABLES; i++) {
      yaml.append(table(random, i, ports.get(i)));
    }
    yaml.append("  clusters:\n");
    for (int i = 0; i < hosts.size(); i++) {
      yaml.append(
          "  - {name: host%d, type: STATIC, load_assignment: {cluster_name: host%d, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}}\n"
              .formatted(i, i, hosts.get(i)));
    }
    Path config = Files.writeString(directory.resolve(name + ".yaml"), yaml);
    List<String> command = new ArrayList<>();
    if (envoy) {
      command.add(
          Objects.requireNonNull(
              System.getenv("HEADGATE_ENVOY"),
              "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"));
      command.addAll(List.of("--disable-hot-restart", "-l", "warning"));
    } else {
      command.add(Installation.find().program("headgate-proxy"));
    }
    command.addAll(List.of("-c", config.toString(), "--concurrency", "1"));
    try (ManagedProcess process = ManagedProcess.start(name, command, Map.of(), directory)) {
      Await.until(
          Duration.ofSeconds(30),
          () -> name + ": " + process.output(),
          () -> Http.status("http://" + ADDRESS + ":" + admin + "/ready") == 200);
      List<String> answers = new ArrayList<>();
      for (Probe probe : probes) {
        answers.add(
            "table%d %s: chain %s"
                .formatted(probe.table, probe.text, ask(ports.get(probe.table), probe)));
      }
      return answers;
    }
  }

  @Test
  void bothTakeTheSameChain() throws Exception {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i <= CHAINS; i++) {
        String name = (i < CHAINS ? "c" + i : "default") + " ";
        open.add(
            TcpParityTest.host(socket -> {
              socket.getOutputStream().write(name.getBytes(ISO_8859_1));
              var _ = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }));
      }
      Random random = new Random(SEED);
      List<Probe> probes = new ArrayList<>();
      for (int i = 0; i < TABLES * PROBES; i++) {
        probes.add(probe(random));
      }
      List<Integer> hosts = open.stream().map(ServerSocket::getLocalPort).toList();
      List<String> ours = run(false, hosts, probes);
      assertThat(ours).isEqualTo(run(true, hosts, probes));
      assertThat(ours.stream().map(line -> line.substring(line.lastIndexOf(' '))).distinct())
          .as("the chains that were taken at all, and none")
          .hasSizeGreaterThan(CHAINS);
      System.out.println("listeners: " + probes.size() + " connections, the same chain for each");
    } finally {
      for (ServerSocket each : open) {
        each.close();
      }
    }
  }
}
