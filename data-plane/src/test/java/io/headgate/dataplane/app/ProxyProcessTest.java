package io.headgate.dataplane.app;

import static io.headgate.dataplane.app.Sample.assignment;
import static io.headgate.dataplane.app.Sample.cluster;
import static io.headgate.dataplane.app.Sample.dynamic;
import static io.headgate.dataplane.app.Sample.listener;
import static io.headgate.dataplane.app.Sample.routes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.headgate.dataplane.xds.AdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, ended by real signals. */
class ProxyProcessTest {
  /** Until a process has done what it was told, on a busy machine too. */
  private static final Duration START = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final List<Process> started = new ArrayList<>();

  private Process start(String bootstrap, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Proxy.class.getName(),
                "--config-yaml",
                bootstrap,
                "--concurrency=1",
                "--bind-address=127.0.0.1",
                "--admin-address-path=" + directory.resolve("admin")));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    started.add(process);
    return process;
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("output"));
  }

  private String admin(String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String address = Files.readString(directory.resolve("admin"));
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  @Test
  void anUpdateThatComesWithTheSignalIsOnDiskAtTheEnd() throws Exception {
    Path kept = directory.resolve("kept");
    try (AdsServer ads = new AdsServer(0, true, null)) {
      Process process = start(dynamic(ads.port()), "--last-known-good=" + kept);
      Script script = new Script(ads);
      script.send("c1", cluster("one"));
      script.acked(Cluster.getDefaultInstance());
      script.send("e1", assignment("one", 1));
      script.acked(ClusterLoadAssignment.getDefaultInstance());
      script.send("l1", listener());
      script.acked(Listener.getDefaultInstance());
      script.send("r1", routes("one"));
      script.acked(RouteConfiguration.getDefaultInstance());
      await().until(() -> Files.exists(kept.resolve("last-known-good")));
      // The first write was just now: these wait for theirs.
      script.send("r2", routes("one"));
      script.acked(RouteConfiguration.getDefaultInstance());
      script.send("the-very-last", routes("two"));
      script.acked(RouteConfiguration.getDefaultInstance());
      process.destroy();
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output()).isZero();
      assertThat(Files.readString(kept.resolve("last-known-good"), StandardCharsets.ISO_8859_1))
          .contains("the-very-last");
    }
  }

  @Test
  void aSignalAndThePageOpenLogsAnew() throws Exception {
    Path log = directory.resolve("access.log");
    String manager =
        "access_log: [{typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: "
            + log
            + "}}]\n"
            + "      route_config: {name: web, virtual_hosts: [{name: all, domains: ['*'], routes:"
            + " [{match: {prefix: /}, direct_response: {status: 200}}]}]}";
    Process process =
        start(
            "node: {id: p, cluster: c}\n"
                + "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n"
                + "static_resources:\n  listeners:\n  -\n"
                + Sample.listenerYaml(manager).indent(4));
    await()
        .atMost(START)
        .untilAsserted(() -> assertThat(admin("/ready")).as(output()).isEqualTo("LIVE\n"));
    int port = Integer.parseInt(admin("/listeners").strip().replaceAll(".*:", ""));
    get(port, "/one");
    await().until(() -> Files.readString(log).contains("/one"));
    Files.move(log, directory.resolve("1"));
    new ProcessBuilder("kill", "-USR1", Long.toString(process.pid())).start().waitFor();
    await().until(() -> Files.exists(log));
    get(port, "/two");
    await().until(() -> Files.readString(log).contains("/two"));
    Files.move(log, directory.resolve("2"));
    HttpRequest post =
        HttpRequest.newBuilder(
                URI.create(
                    "http://" + Files.readString(directory.resolve("admin")) + "/reopen_logs"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("OK\n");
    }
    await().until(() -> Files.exists(log));
    assertThat(Files.readString(directory.resolve("1"))).contains("/one").doesNotContain("/two");
    assertThat(Files.readString(directory.resolve("2"))).contains("/two").doesNotContain("/one");
    assertThat(process.isAlive()).isTrue();
  }

  private static void get(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  @Test
  void whatWaitsForCollectorsIsToldAfterTheSignal() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      String manager =
          "tracing: {provider: {name: otel, typed_config: {'@type':"
              + " type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig, grpc_service:"
              + " {envoy_grpc: {cluster_name: otel}}}}}\n"
              + "      route_config: {name: web, virtual_hosts: [{name: all, domains: ['*'],"
              + " routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}";
      Process process =
          start(
              """
              node: {id: p, cluster: c}
              admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
              stats_flush_interval: 299s
              stats_sinks:
              - name: otel
                typed_config:
                  '@type': type.googleapis.com/envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig
                  grpc_service: {envoy_grpc: {cluster_name: otel}}
              static_resources:
                listeners:
                -
              """
                  + Sample.listenerYaml(manager).indent(4)
                  + """
                    clusters:
                    - name: otel
                      typed_extension_protocol_options:
                        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                          '@type': type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                          explicit_http_config: {http2_protocol_options: {}}
                      load_assignment:
                  """
                  + Sample.endpoints("otel", receiver.grpcPort()).indent(6),
              "--drain-time-s=10");
      await().atMost(START).until(() -> admin("/ready").equals("LIVE\n"));
      get(Integer.parseInt(admin("/listeners").strip().replaceAll(".*:", "")), "/last");
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output()).isZero();
      assertThat(receiver.spans()).hasSize(1);
      assertThat(receiver.metrics).hasSize(1);
    }
  }

  @Test
  void aSecondSignalEndsTheDrainAtOnce() throws Exception {
    try (ServerSocket hangs = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Process process =
          start(
              "node: {id: p, cluster: c}\n"
                  + "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n"
                  + "static_resources:\n  listeners:\n  -\n"
                  + Sample.listenerYaml(
                          "route_config: {name: web, virtual_hosts: [{name: all, domains: ['*'],"
                              + " routes: [{match: {prefix: /}, route: {cluster: slow, timeout:"
                              + " 0s}}]}]}")
                      .indent(4)
                  + "  clusters:\n  - name: slow\n    load_assignment:\n"
                  + Sample.endpoints("slow", hangs.getLocalPort()).indent(6),
              "--drain-time-s=600");
      await().atMost(START).until(() -> admin("/ready").equals("LIVE\n"));
      String listeners = admin("/listeners");
      int port = Integer.parseInt(listeners.strip().replaceAll(".*:", ""));
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        // A body that never ends keeps the request in flight.
        OutputStream out = client.getOutputStream();
        out.write(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx"
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        await()
            .atMost(START)
            .until(() ->
                admin("/stats?filter=downstream_rq_active").contains("downstream_rq_active: 1"));
        process.destroy();
        await().atMost(START).until(() -> admin("/ready").equals("DRAINING\n"));
        assertThat(process.isAlive()).isTrue();
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output()).isEqualTo(ExitCode.CUT_OFF.code());
      }
    }
  }
}
