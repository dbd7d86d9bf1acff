package io.headgate.observability;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The two programs that are held against each other. */
enum Peer {
  HEADGATE,
  ENVOY;

  static final String ADDRESS = "127.0.0.1";
  static final Duration BOUND = Duration.ofSeconds(60);

  private List<String> program() {
    return switch (this) {
      case HEADGATE -> List.of(Installation.find().program("headgate-proxy"));
      case ENVOY ->
          List.of(
              Objects.requireNonNull(
                  System.getenv("HEADGATE_ENVOY"),
                  "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"),
              "--disable-hot-restart",
              "--file-flush-interval-msec",
              "50",
              "-l",
              "warning");
    };
  }

  /**
   * Starts it with a bootstrap of this package and waits until it is ready.
   *
   * @param values for the bootstrap, with the port {@code admin}
   */
  ManagedProcess start(String bootstrap, Map<String, String> values, Path directory)
      throws IOException {
    String name = name().toLowerCase(java.util.Locale.ROOT);
    Path config = directory.resolve(name + "-" + bootstrap);
    try (InputStream in = Objects.requireNonNull(Peer.class.getResourceAsStream(bootstrap))) {
      Files.writeString(
          config, Template.fill(new String(in.readAllBytes(), StandardCharsets.UTF_8), values));
    }
    List<String> command = new ArrayList<>(program());
    command.addAll(List.of("-c", config.toString(), "--concurrency", "1"));
    ManagedProcess process = ManagedProcess.start(name, command, Map.of(), directory);
    String ready = "http://" + ADDRESS + ":" + values.get("admin") + "/ready";
    Await.until(
        BOUND,
        () -> name + ": " + process.output(),
        () -> !process.alive() || Http.status(ready) == 200);
    if (!process.alive()) {
      throw new IOException(name + " does not start: " + process.output());
    }
    return process;
  }

  /** The lines of a file, when there are so many. */
  static List<String> lines(Path file, int count) throws IOException {
    Await.until(
        BOUND, () -> size(file) + " lines of " + count + " in " + file, () -> size(file) >= count);
    return Files.readAllLines(file);
  }

  private static int size(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
