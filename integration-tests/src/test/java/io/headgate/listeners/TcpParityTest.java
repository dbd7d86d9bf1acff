package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One script of connections through {@code tcp_proxy} and the PROXY protocol of Headgate and of the
 * real Envoy: the same bytes come back, and counters and access logs say the same of it.
 */
class TcpParityTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration BOUND = Duration.ofSeconds(30);

  /** What is compared: what is counted of TCP proxies, of PROXY headers, and of their clusters. */
  private static final String COMPARED =
      "tcp\\..*|proxy_proto\\..*|cluster\\.\\w+\\.upstream_cx_(total|active|overflow|none_healthy"
          + "|connect_fail|connect_attempts_exceeded|rx_bytes_total|tx_bytes_total"
          + "|destroy|destroy_local|destroy_remote)";

  /**
   * Names that Headgate does not have: how much is buffered just now, and what belongs to options
   * of {@code tcp_proxy} that are refused.
   */
  private static final Set<String> NOT_COUNTED =
      Set.of(
          "downstream_cx_rx_bytes_buffered",
          "downstream_cx_tx_bytes_buffered",
          "downstream_cx_drain_close",
          "downstream_cx_overload_close",
          "early_data_received_count_total",
          "on_demand_cluster_attempt",
          "on_demand_cluster_missing",
          "on_demand_cluster_success",
          "on_demand_cluster_timeout",
          "route_delayed_total");

  private static final List<String> LISTENERS =
      List.of("echo", "says", "unknown", "empty", "refused", "idle", "old", "one", "proxied");

  @TempDir private Path directory = Path.of("");

  private record Seen(List<String> heard, Map<String, Long> stats, List<String> log) {}

  /** What a host does with a connection; it is closed afterwards. */
  interface Service {
    void serve(Socket socket) throws IOException;
  }

  static ServerSocket host(Service service) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(ADDRESS));
    Thread.ofVirtual()
        .start(() -> {
          while (true) {
            try {
              Socket socket = server.accept();
              Thread.ofVirtual()
                  .start(() -> {
                    try (socket) {
                      service.serve(socket);
                    } catch (IOException e) {
                      // Whoever waits for an answer notices.
                    }
                  });
            } catch (IOException e) {
              return;
            }
          }
        });
    return server;
  }

  private static String listener(String name, int port, String cluster, Path log) {
    String more =
        switch (name) {
          case "refused" -> ", max_connect_attempts: 2";
          case "idle" -> ", idle_timeout: 0.4s";
          case "old" -> ", max_downstream_connection_duration: 0.4s";
          default -> "";
        };
    String filters =
        name.equals("proxied")
            ? "\n"
                + "    listener_filters: [{name: p, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}}]"
            : "";
    return """
      - name: NAME
        address: {socket_address: {address: 127.0.0.1, port_value: PORT}}FILTERS
        filter_chains:
        - filters:
          - name: tcp
            typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: NAME, cluster: CLUSTERMORE, access_log: [{name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: LOG, log_format: {text_format_source: {inline_string: "NAME %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %UPSTREAM_CLUSTER% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%\\n"}}}}]}
    """
        .replace("NAME", name)
        .replace("value: PORT", "value: " + port)
        .replace("FILTERS", filters)
        .replace("CLUSTERMORE", cluster + more)
        .replace("LOG", log.toString());
  }

  private static String cluster(String name, String endpoints) {
    return "  - {name: "
        + name
        + ", type: STATIC, circuit_breakers: {thresholds: [{max_connections: "
        + (name.equals("single") ? 1 : 100)
        + "}]}, load_assignment: {cluster_name: "
        + name
        + ", endpoints: [{lb_endpoints: ["
        + endpoints
        + "]}]}}\n";
  }

  private static String endpoint(int port) {
    return "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
        + port
        + "}}}}";
  }

  private Seen run(boolean envoy) throws Exception {
    String name = envoy ? "envoy" : "headgate";
    Path log = directory.resolve(name + "-access.log");
    List<Integer> ports = Ports.free(ADDRESS, LISTENERS.size() + 2);
    int admin = ports.get(LISTENERS.size());
    try (ServerSocket echo =
            host(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
        ServerSocket says =
            host(socket -> {
              OutputStream out = socket.getOutputStream();
              out.write("220 ready".getBytes(ISO_8859_1));
            })) {
      StringBuilder yaml = new StringBuilder("node: {id: p, cluster: c}\n");
      yaml.append("admin: {address: {socket_address: {address: 127.0.0.1, port_value: ")
          .append(admin)
          .append("}}}\nstatic_resources:\n  listeners:\n");
      for (int i = 0; i < LISTENERS.size(); i++) {
        String listener = LISTENERS.get(i);
        String cluster =
            switch (listener) {
              case "says" -> "says";
              case "unknown" -> "gone";
              case "empty" -> "empty";
              case "refused" -> "refused";
              case "one" -> "single";
              default -> "echo";
            };
        yaml.append(listener(listener, ports.get(i), cluster, log));
      }
      yaml.append("  clusters:\n")
          .append(cluster("echo", endpoint(echo.getLocalPort())))
          .append(cluster("single", endpoint(echo.getLocalPort())))
          .append(cluster("says", endpoint(says.getLocalPort())))
          .append(cluster("refused", endpoint(ports.getLast())))
          .append(cluster("empty", ""));
      Path config = Files.writeString(directory.resolve(name + ".yaml"), yaml);
      List<String> command = new ArrayList<>();
      if (envoy) {
        command.add(
            Objects.requireNonNull(
                System.getenv("HEADGATE_ENVOY"),
                "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"));
        command.addAll(
            List.of("--disable-hot-restart", "--file-flush-interval-msec", "50", "-l", "warning"));
      } else {
        command.add(Installation.find().program("headgate-proxy"));
      }
      command.addAll(List.of("-c", config.toString(), "--concurrency", "1"));
      try (ManagedProcess process = ManagedProcess.start(name, command, Map.of(), directory)) {
        Await.until(
            BOUND,
            () -> name + ": " + process.output(),
            () -> Http.status("http://" + ADDRESS + ":" + admin + "/ready") == 200);
        List<String> heard = new ArrayList<>();
        script(ports, heard);
        Await.until(
            BOUND, () -> "the log of " + name + ": " + lines(log), () -> lines(log).size() >= 13);
        return new Seen(heard, stats(admin), lines(log).stream().sorted().toList());
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Map<String, Long> stats(int admin) {
    Map<String, Long> values = new TreeMap<>();
    Http.get("http://" + ADDRESS + ":" + admin + "/stats")
        .orElseThrow()
        .body()
        .lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2 && pair[1].matches("\\d+") && pair[0].matches(COMPARED))
        .filter(pair -> !NOT_COUNTED.contains(pair[0].substring(pair[0].lastIndexOf('.') + 1)))
        .forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
    return values;
  }

  private static Socket open(List<Integer> ports, String listener) throws IOException {
    Socket socket = new Socket(ADDRESS, ports.get(LISTENERS.indexOf(listener)));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void say(Socket socket, byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // It is closed already, which reading from it shows.
    }
  }

  private static String rest(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
        text.append((char) b);
      }
    } catch (SocketException e) {
      return text.toString(); // reset or closed: a client sees that it is over
    }
    return text.toString();
  }

  /** Says something, hears as much, and then says its end, or waits for the other side's. */
  private static String exchange(List<Integer> ports, String listener, byte[] bytes, boolean ends)
      throws IOException {
    try (Socket socket = open(ports, listener)) {
      say(socket, bytes);
      String back = new String(socket.getInputStream().readNBytes(5), ISO_8859_1);
      if (ends) {
        socket.shutdownOutput();
      }
      return listener + ": " + back + rest(socket);
    }
  }

  private static byte[] binary(int command) {
    byte[] header = new byte[28 + 5];
    System.arraycopy("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1), 0, header, 0, 12);
    header[12] = (byte) command;
    header[13] = 0x11;
    header[15] = 12;
    System.arraycopy(
        new byte[] {(byte) 192, 0, 2, 7, (byte) 192, 0, 2, 1, 9, 9, 1, 1}, 0, header, 16, 12);
    System.arraycopy("hello".getBytes(ISO_8859_1), 0, header, 28, 5);
    return header;
  }

  private static void script(List<Integer> ports, List<String> heard) throws IOException {
    byte[] hello = "hello".getBytes(ISO_8859_1);
    heard.add(exchange(ports, "echo", hello, true));
    heard.add(exchange(ports, "echo", hello, true));
    try (Socket says = open(ports, "says")) {
      heard.add("says: " + rest(says));
    }
    for (String refuses : List.of("unknown", "empty", "refused")) {
      try (Socket socket = open(ports, refuses)) {
        heard.add(refuses + ": " + rest(socket));
      }
    }
    heard.add(exchange(ports, "idle", hello, false));
    heard.add(exchange(ports, "old", hello, false));
    try (Socket first = open(ports, "one")) {
      say(first, hello);
      heard.add("one: " + new String(first.getInputStream().readNBytes(5), ISO_8859_1));
      try (Socket second = open(ports, "one")) {
        heard.add("two: " + rest(second));
      }
      first.shutdownOutput();
      heard.add("one: " + rest(first));
    }
    heard.add(
        exchange(
            ports,
            "proxied",
            "PROXY TCP4 192.0.2.7 192.0.2.1 4000 443\r\nhello".getBytes(ISO_8859_1),
            true));
    heard.add(exchange(ports, "proxied", binary(0x21), true));
    heard.add(exchange(ports, "proxied", "PROXY UNKNOWN\r\nhello".getBytes(ISO_8859_1), true));
    for (byte[] wrong :
        List.of(
            "GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1),
            "PROXY TCP4 1.2.3.4\r\n".getBytes(ISO_8859_1),
            "PROXY TCP9 1.2.3.4 1.2.3.4 1 2\r\n".getBytes(ISO_8859_1),
            binary(0x11),
            binary(0x2f))) {
      try (Socket socket = open(ports, "proxied")) {
        say(socket, wrong);
        heard.add("refused: " + rest(socket));
      }
    }
  }

  private static List<String> differences(Map<String, Long> ours, Map<String, Long> theirs) {
    Set<String> names = new TreeSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(ours.get(name), theirs.get(name)))
        .map(name -> name + ": " + ours.get(name) + " instead of " + theirs.get(name))
        .toList();
  }

  @Test
  void bothSayTheSame() throws Exception {
    Seen ours = run(false);
    Seen theirs = run(true);
    assertThat(ours.heard()).isEqualTo(theirs.heard());
    assertThat(differences(ours.stats(), theirs.stats())).isEmpty();
    assertThat(ours.log()).isEqualTo(theirs.log());
  }
}
