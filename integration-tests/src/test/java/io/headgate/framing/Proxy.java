package io.headgate.framing;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One real proxy with its lanes. */
final class Proxy implements AutoCloseable {
  /** What a lane's client and its backend speak. */
  enum Side {
    H1,
    /** Clients speak HTTP/2, backends HTTP/1. */
    H2_CLIENT,
    /** Clients speak HTTP/1, backends HTTP/2. */
    H2_BACKEND;

    private Backend backend() {
      return this == H2_BACKEND ? new H2Origin() : new Origin();
    }
  }

  /** A listener of the proxy and the backend behind it. */
  record Lane(int port, Side side, Backend backend) {
    Origin origin() {
      return (Origin) backend;
    }

    H2Origin h2Origin() {
      return (H2Origin) backend;
    }
  }

  final String name;
  final List<Lane> lanes = new ArrayList<>();
  private final List<String> command;
  private final Path home;
  private ManagedProcess process;

  Proxy(String name, List<Side> sides, Path directory) throws IOException {
    this.name = name;
    List<Integer> ports = Ports.free("127.0.0.1", sides.size());
    for (int i = 0; i < ports.size(); i++) {
      lanes.add(new Lane(ports.get(i), sides.get(i), sides.get(i).backend()));
    }
    home = Files.createDirectories(directory.resolve(name));
    Path config =
        home.resolve("config" + (name.equals("headgate") || name.equals("envoy") ? ".yaml" : ""));
    Files.writeString(config, new ProxyConfig(lanes).of(name, home));
    command = command(config, home);
    process = start();
  }

  private ManagedProcess start() {
    ManagedProcess started = ManagedProcess.start(name, command, Map.of(), home);
    for (Lane lane : lanes) {
      Await.until(
          Duration.ofSeconds(30),
          () -> name + " does not listen: " + started.output(),
          () -> listens(lane));
    }
    return started;
  }

  /** Starts it again when a case has crashed it. */
  synchronized void revive() {
    if (!process.alive()) {
      process.close();
      process = start();
    }
  }

  /** Returns the lanes of one side. */
  List<Lane> lanes(Side side) {
    return lanes.stream().filter(lane -> lane.side() == side).toList();
  }

  private static boolean listens(Lane lane) {
    try (Socket socket = new Socket("127.0.0.1", lane.port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> command(Path config, Path home) {
    return switch (name) {
      case "headgate" -> Installation.find().proxy(config, 1);
      case "envoy" -> {
        String program = System.getenv("HEADGATE_ENVOY");
        if (program == null) {
          throw new IllegalStateException(
              "HEADGATE_ENVOY is not set; integration-tests/suite.sh sets it");
        }
        yield List.of(
            program,
            "-c",
            config.toString(),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "-l",
            "warning");
      }
      case "haproxy" -> List.of("haproxy", "-db", "-f", config.toString());
      default -> List.of("nginx", "-p", home.toString(), "-c", config.toString());
    };
  }

  @Override
  public void close() throws IOException {
    process.close();
    for (Lane lane : lanes) {
      lane.backend().close();
    }
  }
}
