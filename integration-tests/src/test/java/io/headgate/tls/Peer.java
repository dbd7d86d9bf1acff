package io.headgate.tls;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A proxy of the distribution, or Envoy, as a process. */
final class Peer implements AutoCloseable {
  static final String ADDRESS = "127.0.0.1";
  static final String HEADGATE = "headgate";
  static final String ENVOY = "envoy";

  private final int admin;
  private final ManagedProcess process;

  /**
   * Starts it and waits until it is ready.
   *
   * @param name one of the two
   * @param admin the port that the config gives to the admin interface
   */
  Peer(String name, String config, Map<String, String> values, int admin, Path directory) {
    this.admin = admin;
    Path file = directory.resolve(name + ".yaml");
    try {
      Files.writeString(file, Template.fill(config, values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>();
    if (name.equals(HEADGATE)) {
      command.add(Installation.find().program("headgate-proxy"));
    } else {
      command.add(
          Objects.requireNonNull(
              System.getenv("HEADGATE_ENVOY"),
              "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"));
      command.addAll(List.of("--disable-hot-restart", "-l", "warning"));
    }
    command.addAll(List.of("-c", file.toString(), "--concurrency", "2"));
    process = ManagedProcess.start(name, command, Map.of(), directory);
    Await.until(
        Duration.ofSeconds(60),
        () -> name + ": " + process.output(),
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(name + " ended: " + process.output());
          }
          return Http.status("http://" + ADDRESS + ":" + admin + "/ready") == 200;
        });
  }

  /** The config that all are started from, with {@code ${name}} for what differs. */
  static String config() {
    try (InputStream in = Objects.requireNonNull(Peer.class.getResourceAsStream("matrix.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String output() {
    return process.output();
  }

  /** Counters and gauges whose names match. */
  Map<String, Long> stats(String pattern) {
    String text =
        Http.get("http://" + ADDRESS + ":" + admin + "/stats?usedonly").orElseThrow().body();
    Map<String, Long> values = new TreeMap<>();
    text.lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2 && pair[1].matches("-?\\d+") && pair[0].matches(pattern))
        .forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
    return values;
  }

  @Override
  public void close() {
    process.close();
  }
}
