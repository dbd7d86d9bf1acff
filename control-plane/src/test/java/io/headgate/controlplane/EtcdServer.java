package io.headgate.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd as a child process: free ports of 127.0.0.1, a data directory of its own, both gone
 * after {@link #close}.
 *
 * <p>The ports stay the same over {@link #kill}, {@link #restart} and {@link #wipe}, so a client
 * that was given {@link #endpoint} meets the same address again.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private final Path directory;
  private final int clientPort;
  private final int peerPort;
  private final List<String> extraArguments;
  private @Nullable Process process;

  private EtcdServer(Path directory, int clientPort, int peerPort, List<String> extraArguments) {
    this.directory = directory;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
    this.extraArguments = extraArguments;
  }

  /** Starts a server and returns when it is healthy. */
  public static EtcdServer start(String... extraArguments) {
    try {
      List<Integer> ports = freePorts();
      EtcdServer server =
          new EtcdServer(
              Files.createTempDirectory("headgate-etcd"),
              ports.get(0),
              ports.get(1),
              List.of(extraArguments));
      server.launch();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server that has a second address, {@link #secureEndpoint}, for mutual TLS only. */
  public static EtcdServer startSecure(Path authority, Path certificate, Path key) {
    return start(
        "--cert-file=" + certificate,
        "--key-file=" + key,
        "--trusted-ca-file=" + authority,
        "--client-cert-auth");
  }

  /** The client address with TLS; only after {@link #startSecure}. */
  public String secureEndpoint() {
    return "https://127.0.0.1:" + (peerPort + 1);
  }

  /** The client address, for example {@code http://127.0.0.1:40123}. */
  public String endpoint() {
    return "http://127.0.0.1:" + clientPort;
  }

  /** The client port on 127.0.0.1. */
  public int port() {
    return clientPort;
  }

  /** Kills the process at once (SIGKILL) and keeps its data. */
  public void kill() {
    Process running = process;
    process = null;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts it again over the data that is there, killing it first when it runs. */
  public void restart() {
    kill();
    try {
      launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it, deletes all data and starts it empty at the same address. */
  public void wipe() {
    kill();
    deleteTree(directory.resolve("data"));
    restart();
  }

  /** Stops the process with SIGSTOP: connections stay open and nothing answers. */
  public void pause() {
    signal("-STOP");
  }

  /** Ends {@link #pause}. */
  public void resume() {
    signal("-CONT");
  }

  /** Runs etcdctl against it and returns what it printed; fails when etcdctl fails. */
  public String ctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints", endpoint()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Writes one key as an operator with etcdctl would. */
  public void put(String key, String value) {
    ctl("put", "--", key, value);
  }

  /** The value of a key, or an empty string. */
  public String get(String key) {
    return ctl("get", "--print-value-only", "--", key).strip();
  }

  /** All keys under a prefix, sorted. */
  public List<String> keys(String prefix) {
    return ctl("get", "--prefix", "--keys-only", "--", prefix)
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  @Override
  public void close() {
    kill();
    deleteTree(directory);
  }

  private void launch() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcd",
                "--name=test",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls="
                    + (extraArguments.contains("--client-cert-auth")
                        ? endpoint() + "," + secureEndpoint()
                        : endpoint()),
                "--advertise-client-urls=" + endpoint(),
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-cluster=test=http://127.0.0.1:" + peerPort,
                "--unsafe-no-fsync",
                "--logger=zap",
                "--log-level=warn"));
    command.addAll(extraArguments);
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("etcd.log").toFile()))
            .start();
    process = started;
    try (HttpClient http = HttpClient.newHttpClient()) {
      Awaitility.await("etcd healthy, log in " + directory)
          .atMost(START_LIMIT)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> isHealthy(http, started));
    }
  }

  private boolean isHealthy(HttpClient http, Process started) throws InterruptedException {
    if (!started.isAlive()) {
      throw new IllegalStateException("etcd ended: " + log());
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(endpoint() + "/health"))
              .timeout(Duration.ofSeconds(1))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body().contains("\"true\"");
    } catch (IOException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("etcd.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void signal(String signal) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("etcd does not run");
    }
    run(List.of("kill", signal, Long.toString(running.pid())));
  }

  private static String run(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("ETCDCTL_API", "3");
      Process child = builder.start();
      child.getOutputStream().close();
      String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!child.waitFor(10, TimeUnit.SECONDS) || child.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Below the ports that the kernel gives to clients, so that none of them sits on a port while its
   * server is down.
   */
  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int tries = 0; ; tries++) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 31_998);
      try (ServerSocket first = new ServerSocket(port, 1, loopback);
          ServerSocket second = new ServerSocket(port + 1, 1, loopback);
          ServerSocket third = new ServerSocket(port + 2, 1, loopback)) {
        assert third.isBound();
        return List.of(first.getLocalPort(), second.getLocalPort());
      } catch (IOException e) {
        if (tries == 20) {
          throw e;
        }
      }
    }
  }

  private static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
