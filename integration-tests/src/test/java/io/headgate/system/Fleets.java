package io.headgate.system;

import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.quickstart.DemoFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fleets for tests: one that gentle tests share for the whole run, and new ones for those that
 * break things.
 */
final class Fleets {

  static final int PORT = 8080;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static @Nullable DemoFleet shared;

  private Fleets() {}

  /** The fleet for tests that leave it as they found it; stopped when the JVM ends. */
  static synchronized DemoFleet shared() {
    if (shared == null) {
      DemoFleet started = fresh();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-shared-fleet"));
      shared = started;
    }
    return shared;
  }

  /** A fleet of the caller's own, on addresses of its own; the caller closes it. */
  static DemoFleet fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String net = "127." + random.nextInt(1, 250) + "." + random.nextInt(1, 250) + ".";
    return new DemoFleet(Installation.find(), directory(), List.of(net + "2", net + "3"), PORT);
  }

  static Path directory() {
    try {
      return Files.createTempDirectory("headgate-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path manifest(String text) {
    try {
      return Files.writeString(Files.createTempFile("headgate", ".yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the REST API of a replica says. */
  static JsonNode rest(LocalFleet fleet, ControlPlaneProcess replica, String path) {
    return JSON.readTree(fleet.rest(replica, path));
  }

  static JsonNode json(String text) {
    return JSON.readTree(text);
  }
}
