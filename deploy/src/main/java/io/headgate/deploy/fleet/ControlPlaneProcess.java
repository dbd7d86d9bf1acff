package io.headgate.deploy.fleet;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One replica of the control plane; keeps its ports and its data directory over a restart. */
public final class ControlPlaneProcess implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.1";
  private static final Duration START_BOUND = Duration.ofSeconds(30);

  private final String id;
  private final Path directory;
  private final List<String> command;
  private final int xdsPort;
  private final int apiPort;
  private ManagedProcess process;

  /**
   * Starts a replica; it is not awaited.
   *
   * @param etcd a client URL
   * @param tokens the file of principals
   * @param flags beyond those for identity, ports and directories
   */
  public ControlPlaneProcess(
      Installation installation,
      Path directory,
      String id,
      String etcd,
      Path tokens,
      List<String> flags) {
    this.id = id;
    this.directory = directory;
    List<Integer> ports = Ports.free(ADDRESS, 3);
    this.xdsPort = ports.get(0);
    this.apiPort = ports.get(2);
    this.command = new ArrayList<>();
    command.addAll(
        List.of(
            installation.program("headgate-control-plane"),
            "--replica.id=" + id,
            "--data-dir=" + directory.resolve(id),
            "--etcd.endpoints=" + etcd,
            "--xds.port=" + xdsPort,
            "--internal.port=" + ports.get(1),
            "--api.port=" + apiPort,
            "--api.tokens-file=" + tokens));
    command.addAll(flags);
    this.process = launch();
  }

  private ManagedProcess launch() {
    return ManagedProcess.start(id, command, Map.of(), directory);
  }

  /** Starts again after {@link #kill()} or {@link #close()}, on the same ports and data. */
  public void start() {
    process = launch();
  }

  /** Waits until the replica has config and answers. */
  public void awaitReady() {
    Await.until(
        START_BOUND,
        () -> id + " is not ready: " + process.output(),
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(
                id + " ended with " + process.exitCode() + ": " + process.output());
          }
          return Http.status(api() + "/readyz") == 200;
        });
  }

  public String id() {
    return id;
  }

  public ManagedProcess process() {
    return process;
  }

  /** Of the REST API and the dashboard, for example {@code http://127.0.0.1:18080}. */
  public String api() {
    return "http://" + ADDRESS + ":" + apiPort;
  }

  public int xdsPort() {
    return xdsPort;
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.stop();
  }
}
