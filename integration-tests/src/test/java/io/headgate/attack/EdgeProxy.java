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
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A proxy of the distribution at the edge, with its backend. */
final class EdgeProxy implements AutoCloseable {

  static final String ADDRESS = "127.0.0.1";

  /** Requests before memory is measured: pools and the heap's first pages are there then. */
  private static final int WARM_UP = 3_000;

  /** On each connection: fewer than any rate of a test. */
  private static final int WARM_UP_EACH = 15;

  private final Origin origin = new Origin();
  private final int port;
  private final int admin;
  private final ManagedProcess process;

  /** Starts a proxy without limits for each client. */
  static EdgeProxy start() throws IOException {
    return new EdgeProxy("[]");
  }

  /**
   * Starts a proxy.
   *
   * @param listenerFilters in YAML
   */
  EdgeProxy(String listenerFilters) throws IOException {
    List<Integer> free = Ports.free(ADDRESS, 2);
    port = free.get(0);
    admin = free.get(1);
    Path directory = Files.createTempDirectory("headgate-attack");
    Path config = directory.resolve("edge.yaml");
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("edge.yaml"))) {
      Map<String, String> values =
          Map.of(
              "admin", Integer.toString(admin),
              "edge", Integer.toString(port),
              "origin", Integer.toString(origin.port()),
              "limits", listenerFilters);
      Files.writeString(
          config, Template.fill(new String(in.readAllBytes(), StandardCharsets.UTF_8), values));
    }
    process =
        ManagedProcess.start(
            "edge",
            List.of(
                Installation.find().program("headgate-proxy"),
                "-c",
                config.toString(),
                "--concurrency",
                "1"),
            Map.of(),
            directory);
    Await.until(
        Duration.ofSeconds(60),
        () -> "the proxy is not ready: " + process.output(),
        () -> !process.alive() || Http.status("http://" + ADDRESS + ":" + admin + "/ready") == 200);
    for (int i = 0; i < WARM_UP; i += WARM_UP_EACH) {
      try (Bystander warm = new Bystander(this)) {
        warm.requests(WARM_UP_EACH);
      }
    }
  }

  boolean alive() {
    return process.alive();
  }

  String output() {
    return process.output();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(ADDRESS, port);
  }

  String url(String path) {
    return "http://" + ADDRESS + ":" + port + path;
  }

  /** Connects a client. */
  Socket connect() throws IOException {
    return new Socket(InetAddress.getByName(ADDRESS), port);
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
