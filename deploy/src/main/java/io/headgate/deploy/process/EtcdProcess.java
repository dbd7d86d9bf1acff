package io.headgate.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real etcd with one member, on free ports of the loopback address and in a directory of its own.
 *
 * <p>Keeps its ports and data over {@link #start()} after {@link #kill()}, so a restart is a
 * restart.
 */
public final class EtcdProcess implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.1";
  private static final Duration START_BOUND = Duration.ofSeconds(20);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Path directory;
  private final int clientPort;
  private final int peerPort;
  private ManagedProcess process;

  /** Starts an etcd whose data and log lie in a directory. */
  public EtcdProcess(Path directory) {
    this.directory = directory;
    List<Integer> ports = Ports.free(ADDRESS, 2);
    this.clientPort = ports.get(0);
    this.peerPort = ports.get(1);
    this.process = launch();
  }

  private ManagedProcess launch() {
    String client = "http://" + ADDRESS + ":" + clientPort;
    String peer = "http://" + ADDRESS + ":" + peerPort;
    ManagedProcess started =
        ManagedProcess.start(
            "etcd",
            List.of(
                "etcd",
                "--name=headgate",
                "--data-dir=" + data(),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=headgate=" + peer,
                "--unsafe-no-fsync",
                "--logger=zap",
                "--log-level=warn"),
            Map.of(),
            directory);
    Await.until(
        START_BOUND, () -> "etcd is not healthy: " + started.output(), () -> healthy(started));
    return started;
  }

  private boolean healthy(ManagedProcess started) {
    if (!started.alive()) {
      throw new IllegalStateException("etcd ended: " + started.output());
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint() + "/health"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body().contains("true");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The client URL, for example {@code http://127.0.0.1:2379}. */
  public String endpoint() {
    return "http://" + ADDRESS + ":" + clientPort;
  }

  public ManagedProcess process() {
    return process;
  }

  /** SIGKILL; data stays. */
  public void kill() {
    process.kill();
  }

  /** Starts again on the same ports and data after {@link #kill()}. */
  public void start() {
    process = launch();
  }

  /** Deletes all data of a killed etcd. */
  public void wipe() {
    if (process.alive()) {
      throw new IllegalStateException("kill etcd before its data is wiped");
    }
    try (Stream<Path> files = Files.walk(data())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs {@code etcdctl} against this etcd and returns what it printed; a failure is an exception.
   */
  public String ctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoint()));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("ETCDCTL_API", "3");
      Process ctl = builder.start();
      ctl.getOutputStream().close();
      String output = new String(ctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (ctl.waitFor() != 0) {
        throw new IllegalStateException(command + ": " + output);
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
   * Puts a value without a lease through etcd's JSON gateway: as {@code etcdctl put}, without a
   * process for each.
   */
  public void put(String key, String value) {
    String body = "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}";
    post("/v3/kv/put", body);
  }

  /** Deletes a key. */
  public void delete(String key) {
    post("/v3/kv/deleterange", "{\"key\":\"" + base64(key) + "\"}");
  }

  private void post(String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint() + path))
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path data() {
    return directory.resolve("etcd-data");
  }

  @Override
  public void close() {
    process.stop();
  }
}
