package io.headgate.deploy.fleet;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process of the fleet that answers a URL with 200 when it is ready, and that can be started
 * again with the same command.
 */
public abstract class FleetProcess implements AutoCloseable {

  private static final Duration START_BOUND = Duration.ofSeconds(30);

  private final String id;
  private final Path directory;
  private final List<String> command;
  private final String readiness;
  private ManagedProcess process;

  /**
   * Starts it; it is not awaited.
   *
   * @param directory for the log file
   * @param readiness URL
   */
  FleetProcess(String id, Path directory, List<String> command, String readiness) {
    this.id = id;
    this.directory = directory;
    this.command = List.copyOf(command);
    this.readiness = readiness;
    this.process = launch();
  }

  private ManagedProcess launch() {
    return ManagedProcess.start(id, command, Map.of(), directory);
  }

  /** Starts again; who calls it while the process runs awaits the end of that one. */
  public final void start() {
    process = launch();
  }

  /** Waits until the process says that it is ready. */
  public final void awaitReady() {
    Await.until(
        START_BOUND,
        () -> id + " is not ready: " + process.output(),
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(
                id + " ended with " + process.exitCode() + ": " + process.output());
          }
          return Http.status(readiness) == 200;
        });
  }

  public final String id() {
    return id;
  }

  public final ManagedProcess process() {
    return process;
  }

  /** SIGKILL. */
  public final void kill() {
    process.kill();
  }

  @Override
  public final void close() {
    process.stop();
  }
}
