package io.headgate.deploy.quickstart;

import io.headgate.deploy.fleet.BackendProcess;
import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.FleetSpec;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code headgate-aot-cache}: runs one process of each program for a short while. The program's
 * script has put {@code HEADGATE_AOT_RECORD} into the environment, so each process writes at its
 * end what it has loaded: the JVM's ahead-of-time cache (JEP 514).
 */
public final class StartUpRecorder {

  private static final String ADDRESS = "127.0.0.2";
  private static final int REQUESTS = 200;

  /** Writing a cache takes a second JVM and some seconds. */
  private static final Duration WRITE_BOUND = Duration.ofMinutes(2);

  private static final List<String> PROGRAMS =
      List.of("headgate", "headgate-control-plane", "headgate-proxy", "headgate-example-backend");

  private StartUpRecorder() {}

  /** Takes the directory that the caches are written to, the one in the environment. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path caches = Path.of(arguments[0]);
    Path directory = Files.createTempDirectory("headgate-start-up");
    FleetSpec spec =
        new FleetSpec(1, List.of(ADDRESS), "DELTA_GRPC", List.of("shop", "shop-next"), 1, 400);
    try (DemoFleet demo =
        new DemoFleet(Installation.find(), directory, spec, Ports.free(ADDRESS))) {
      for (int i = 0; i < REQUESTS; i++) {
        Http.status(demo.urls("/shop").getFirst());
      }
      end(demo.fleet());
    }
    for (String program : PROGRAMS) {
      requireCache(caches, program);
    }
  }

  /** Proxies before control planes, as {@link LocalFleet#close()} does, with time to write. */
  private static void end(LocalFleet fleet) throws InterruptedException {
    end(fleet.proxies().stream().map(ProxyProcess::process).toList());
    end(fleet.backends().stream().map(BackendProcess::process).toList());
    end(fleet.controlPlanes().stream().map(ControlPlaneProcess::process).toList());
  }

  private static void end(List<ManagedProcess> processes) throws InterruptedException {
    processes.forEach(ManagedProcess::terminate);
    for (ManagedProcess process : processes) {
      if (!process.awaitExit(WRITE_BOUND)) {
        throw new IllegalStateException(process + " does not end: " + process.output());
      }
    }
  }

  private static void requireCache(Path caches, String program) throws IOException {
    try (Stream<Path> files = Files.list(caches)) {
      if (files.noneMatch(file -> file.getFileName().toString().matches(program + "-\\d+\\.aot"))) {
        throw new IllegalStateException(program + " has written no cache to " + caches);
      }
    }
  }
}
