package io.headgate.attack;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A proxy of the distribution at the edge, with its backend. */
final class EdgeProxy implements AutoCloseable {

  static final String ADDRESS = "127.0.0.1";

  /** Requests before memory is measured: pools and the heap's first pages are there then. */
  private static final int WARM_UP = 3_000;

  /** On each connection: fewer than any rate of a test. */
  private static final int WARM_UP_EACH = 3;

  /** The listener that well-behaved clients use, and its {@code stat_prefix}. */
  static final String EDGE = "edge";

  /** The idle timeout, in units of {@link #seconds}, of tests that wait for it. */
  static final int IDLE = 3;

  private final Origin origin = new Origin();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final int admin;
  private final ManagedProcess process;

  /** Starts a proxy without limits for each client. */
  static EdgeProxy start() throws IOException {
    return new EdgeProxy("[]", List.of(), IDLE);
  }

  /**
   * Starts a proxy.
   *
   * @param listenerFilters in YAML
   * @param more listeners like {@link #EDGE} beside it, so that each counts apart
   * @param idle timeout, in units of {@link #seconds}
   */
  EdgeProxy(String listenerFilters, List<String> more, int idle) throws IOException {
    List<Integer> free = Ports.free(ADDRESS, 2 + more.size());
    admin = free.get(0);
    ports.put(EDGE, free.get(1));
    for (int i = 0; i < more.size(); i++) {
      ports.put(more.get(i), free.get(2 + i));
    }
    Path directory = Files.createTempDirectory("headgate-attack");
    Path config = directory.resolve("edge.yaml");
    StringBuilder listeners = new StringBuilder();
    for (Map.Entry<String, Integer> listener : ports.entrySet()) {
      boolean bounded = listener.getKey().equals(SlowPeer.H2_READS_SLOWLY.name());
      listeners.append(
          resource(
              "listener.yaml",
              Map.of(
                  "name", listener.getKey(),
                  "port", listener.getValue().toString(),
                  "limits", listenerFilters,
                  "head", seconds(1),
                  "request", seconds(2),
                  "idle", seconds(idle),
                  "life", seconds(bounded ? 5 : 50))));
    }
    Map<String, String> values =
        Map.of(
            "admin", Integer.toString(admin),
            "origin", Integer.toString(origin.port()),
            "listeners", listeners.toString());
    Files.writeString(config, resource("edge.yaml", values));
    process =
        ManagedProcess.start("edge", Installation.find().proxy(config, 1), Map.of(), directory);
    Await.until(
        Duration.ofSeconds(60),
        () -> "the proxy is not ready: " + process.output(),
        () -> !process.alive() || Http.status("http://" + ADDRESS + ":" + admin + "/ready") == 200);
    for (int i = 0; i < WARM_UP; i += WARM_UP_EACH) {
      try (Bystander warm = new Bystander(this, Bystander.Habit.KEEPS_ITS_CONNECTION)) {
        warm.requests(WARM_UP_EACH);
      }
    }
  }

  /** Timeouts are longer where there are many peers, so that a busy machine mixes none up. */
  private static String seconds(int units) {
    return units * Scale.of(1, 2) + "s";
  }

  private static String resource(String name, Map<String, String> values) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(EdgeProxy.class.getResourceAsStream(name), () -> "no " + name)) {
      return Template.fill(new String(in.readAllBytes(), StandardCharsets.UTF_8), values);
    }
  }

  boolean alive() {
    return process.alive();
  }

  String output() {
    return process.output();
  }

  InetSocketAddress address(String listener) {
    return new InetSocketAddress(ADDRESS, port(listener));
  }

  /** Where the meters of a listener begin. */
  String meters(String listener) {
    return "listener." + ADDRESS + "_" + port(listener) + ".";
  }

  String url(String path) {
    return "http://" + ADDRESS + ":" + port(EDGE) + path;
  }

  /** Connects a client. */
  Socket connect() throws IOException {
    return new Socket(InetAddress.getByName(ADDRESS), port(EDGE));
  }

  private int port(String listener) {
    return Objects.requireNonNull(ports.get(listener), listener);
  }

  /** Counters and gauges by their names. */
  Figures stats() {
    String text = Http.get("http://" + ADDRESS + ":" + admin + "/stats").orElseThrow().body();
    Map<String, Long> values = new HashMap<>();
    text.lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2 && pair[1].matches("-?\\d+"))
        .forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
    return new Figures(values);
  }

  /** The memory of the process that is in RAM, in bytes. */
  long residentBytes() throws IOException {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public void close() {
    process.close();
    origin.close();
  }
}
