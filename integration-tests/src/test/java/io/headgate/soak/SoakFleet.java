package io.headgate.soak;

import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.FleetSpec;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * etcd, a control plane and a proxy whose buffers are all watched for leaks; the backends are the
 * test's own.
 */
final class SoakFleet implements AutoCloseable {
  static final int MAIN_PORT = 8080;
  static final int STEADY_PORT = 8081;

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Pattern REVISION =
      Pattern.compile("^\\{.*?\"revision\": ?(\\d+)", Pattern.DOTALL);

  private final LocalFleet fleet;
  private final String address;
  private final String admin;
  private final ManagedProcess proxy;

  SoakFleet(Path directory) throws IOException {
    fleet =
        new LocalFleet(
            Installation.find(),
            directory,
            new FleetSpec(1, List.of(), "DELTA_GRPC", List.of(), 0, 1));
    ThreadLocalRandom random = ThreadLocalRandom.current();
    address = "127." + random.nextInt(1, 250) + "." + random.nextInt(1, 250) + ".2";
    int adminPort = Ports.free("127.0.0.1");
    admin = "http://127.0.0.1:" + adminPort;
    List<Integer> controlPlanes =
        fleet.controlPlanes().stream().map(ControlPlaneProcess::xdsPort).toList();
    Path bootstrap =
        Files.writeString(
            directory.resolve("proxy.yaml"),
            ProxyProcess.bootstrap("proxy", adminPort, controlPlanes, "DELTA_GRPC"));
    proxy =
        ManagedProcess.start(
            "proxy",
            Installation.find()
                .proxy(
                    bootstrap,
                    2,
                    "--bind-address",
                    address,
                    "--drain-time-s",
                    Long.toString(ProxyProcess.DRAIN_TIME.toSeconds())),
            Map.of("HEADGATE_JAVA_OPTS", "-Dio.netty.leakDetection.level=paranoid"),
            directory);
  }

  String etcd() {
    return fleet.etcd().endpoint();
  }

  ManagedProcess proxy() {
    return proxy;
  }

  InetSocketAddress address(int port) {
    return new InetSocketAddress(address, port);
  }

  String url(String path) {
    return "http://" + address + ":" + MAIN_PORT + path;
  }

  void awaitReady() {
    Await.until(
        BOUND, () -> "not ready: " + proxy.output(), () -> Http.status(admin + "/ready") == 200);
  }

  /** Applies manifests as a client of the REST API and waits until the proxy serves them. */
  void push(String manifests) {
    String api = fleet.controlPlanes().getFirst().api() + "/api/v1";
    String[] token = {
      "Authorization", "Bearer " + fleet.token(), "Content-Type", "application/yaml"
    };
    List<HttpResponse<String>> answers = new ArrayList<>();
    Await.until(
        BOUND,
        () -> "the control plane does not answer",
        () ->
            Http.send("POST", api + "/objects", manifests, token).map(answers::add).orElse(false));
    HttpResponse<String> answer = answers.getFirst();
    Matcher revision = REVISION.matcher(answer.body());
    if (answer.statusCode() != 200 || !revision.find()) {
      throw new IllegalStateException("refused: " + answer.body());
    }
    String question =
        fleet.controlPlanes().getFirst().api()
            + "/api/v1/fleet/convergence?timeout=5s&proxies=1&revision="
            + revision.group(1);
    String[] last = {""};
    Await.until(
        BOUND,
        () -> "not served: " + last[0] + proxy.output(),
        () -> {
          last[0] = Http.get(question, token).map(HttpResponse::body).orElse("");
          return last[0].matches("(?s).*\"state\": ?\"converged\".*");
        });
  }

  /** Counters and gauges by their names. */
  Map<String, Long> stats() {
    String text = Http.get(admin + "/stats").orElseThrow().body();
    Map<String, Long> values = new HashMap<>();
    text.lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2 && pair[1].matches("-?\\d+"))
        .forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
    return values;
  }

  /** Has the proxy's Java machine collect all garbage, as an operator can from outside. */
  void collectGarbage() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(proxy.pid()),
                "GC.run")
            .redirectErrorStream(true)
            .start();
    String said =
        new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IllegalStateException("jcmd: " + said);
    }
  }

  @Override
  public void close() {
    proxy.stop();
    fleet.close();
  }
}
