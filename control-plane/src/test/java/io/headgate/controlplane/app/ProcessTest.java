package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.EtcdServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: ports, signals and exit codes. */
class ProcessTest {
  @TempDir private Path directory;

  @Test
  void itBindsFreePortsServesAndDrainsOnSigterm() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        HttpClient http = HttpClient.newHttpClient()) {
      Path ports = directory.resolve("ports");
      Path tokens = TestReplica.tokens(directory);
      List<String> flags =
          List.of(
              "--etcd.endpoints=" + etcd.endpoint(),
              "--data-dir=" + directory.resolve("data"),
              "--api.tokens-file=" + tokens,
              "--internal.port=0",
              "--api.port=0",
              "--port-file=" + ports);
      Process process = launch("first", flags, "--xds.port=0");
      try {
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(ports));
        Map<String, String> bound =
            Files.readAllLines(ports).stream()
                .map(line -> line.split("=", -1))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        assertThat(bound).containsOnlyKeys("xds", "internal", "api");
        URI ready = URI.create("http://127.0.0.1:" + bound.get("api") + "/readyz");
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() ->
                http.send(
                            HttpRequest.newBuilder(ready).build(),
                            HttpResponse.BodyHandlers.ofString())
                        .statusCode()
                    == 200);
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> etcd.keys("/headgate/v1/control-planes/members/").size() == 1);

        assertThat(exit(launch("second", flags, "--xds.port=0")))
            .as("the data directory is in use: " + output("second"))
            .isEqualTo(ExitCode.DATA_DIR.code());

        process.destroy();
        assertThat(exit(process)).as(output("first")).isEqualTo(ExitCode.OK.code());
        assertThat(etcd.keys("/headgate/v1/control-planes/members/")).isEmpty();
      } finally {
        process.destroyForcibly();
      }
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        assertThat(exit(launch("third", flags, "--xds.port=" + taken.getLocalPort())))
            .as(output("third"))
            .isEqualTo(ExitCode.CANNOT_BIND.code());
        assertThat(output("third")).contains("xds: can't bind 127.0.0.1:" + taken.getLocalPort());
      }
    }
  }

  private Process launch(String name, List<String> flags, String more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ControlPlane.class.getName()));
    command.addAll(flags);
    command.add(more);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name + ".log").toFile())
        .start();
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String output(String name) {
    try {
      return Files.readString(directory.resolve(name + ".log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
