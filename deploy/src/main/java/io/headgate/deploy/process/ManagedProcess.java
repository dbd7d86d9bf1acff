package io.headgate.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A child process of ours with its output in a file.
 *
 * <p><i>Thread:</i> any. <i>Ownership:</i> whoever started it stops it; what is left when the JVM
 * ends is killed by a shutdown hook.
 */
public final class ManagedProcess implements AutoCloseable {

  /** How long a process may take to end after SIGTERM before it is killed. */
  private static final Duration STOP_BOUND = Duration.ofSeconds(15);

  /** Started and not yet stopped by its owner; the JVM's end takes them along. */
  private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> LIVING.forEach(Process::destroyForcibly), "kill-children"));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private ManagedProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a command.
   *
   * @param name for people, and for the log file's name
   * @param command program and arguments
   * @param environment added to this process's own
   * @param directory takes the log file {@code <name>.log}; made if absent, appended to if it
   *     exists
   * @throws UncheckedIOException if the program cannot be started
   */
  public static ManagedProcess start(
      String name, List<String> command, Map<String, String> environment, Path directory) {
    Path log = directory.resolve(name + ".log");
    try {
      Files.createDirectories(directory);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      LIVING.add(process);
      return new ManagedProcess(name, process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + command, e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  public Path log() {
    return log;
  }

  /** Everything that the process has written, for messages. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "(no output: " + e.getMessage() + ")";
    }
  }

  /** The exit code; the process must have ended. */
  public int exitCode() {
    return process.exitValue();
  }

  /** Waits for the end; false if the bound passes first. */
  public boolean awaitExit(Duration bound) throws InterruptedException {
    return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks the process to end (SIGTERM) and returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** Ends the process without asking (SIGKILL) and waits for its end. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
    LIVING.remove(process);
  }

  /** SIGTERM, then SIGKILL when the process has not ended within fifteen seconds. */
  public void stop() {
    process.destroy();
    try {
      if (!awaitExit(STOP_BOUND)) {
        kill();
      }
      LIVING.remove(process);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }

  @Override
  public String toString() {
    return name + "[pid " + pid() + "]";
  }
}
