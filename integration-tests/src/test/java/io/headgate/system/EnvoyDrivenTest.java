package io.headgate.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.deploy.quickstart.Binomial;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import io.headgate.listeners.ToldBackend;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Our control plane drives a stock Envoy to serve the quick start. */
class EnvoyDrivenTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
  void aStockEnvoyServesTheQuickStart(String apiType) throws IOException {
    int port = Ports.free("127.0.0.1");
    Path directory = Fleets.directory();
    // No proxy of ours takes part: Envoy has the gateway's port for itself.
    try (DemoFleet demo = new DemoFleet(Installation.find(), directory, List.of(), port);
        ManagedProcess envoy = envoy(demo, directory, apiType)) {
      String base = "http://127.0.0.1:" + port;
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(Http.status(base + "/shop")).as(envoy.output()).isEqualTo(200));
      Traffic split = Traffic.send(2_000, List.of(base + "/shop"));
      assertThat(split.statuses()).containsOnlyKeys(200);
      assertThat(Binomial.pValue(split.of("shop-next"), 2_000, 0.1)).isGreaterThan(1e-6);

      String token = "Bearer " + demo.issuer().token("account", Duration.ofMinutes(5));
      assertThat(Http.status(base + "/account", "x-tenant", "acme", "authorization", token))
          .isEqualTo(200);
      assertThat(Http.status(base + "/account", "x-tenant", "acme")).isEqualTo(401);
      assertThat(
              Http.status(
                  base + "/account",
                  "x-tenant",
                  "acme",
                  "authorization",
                  "Bearer " + demo.issuer().token("another", Duration.ofMinutes(5))))
          .isEqualTo(403);
      assertThat(Http.status(base + "/account", "authorization", token)).isEqualTo(404);

      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            JsonNode client =
                Fleets.rest(
                    demo.fleet(),
                    demo.fleet().controlPlanes().getFirst(),
                    "/fleet/proxies/an-envoy");
            assertThat(client.path("client").asString()).isEqualTo("envoy");
            assertThat(client.path("evidence").asString()).isEqualTo("ack");
            assertThat(client.path("state").asString()).isEqualTo("converged");
          });
    }
  }

  @Test
  void aRouteToAMissingServiceAnswers500ThroughEnvoyToo() throws IOException {
    int port = Ports.free("127.0.0.1");
    Path directory = Fleets.directory();
    try (DemoFleet demo = new DemoFleet(Installation.find(), directory, List.of(), port);
        ManagedProcess envoy = envoy(demo, directory, "DELTA_GRPC")) {
      String url = "http://127.0.0.1:" + port + "/early";
      demo.fleet()
          .commandLine()
          .must("apply", "-f", BadInputTest.route("early", "/early", "not-yet").toString());
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(Http.status(url)).as(envoy.output()).isEqualTo(500));
    }
  }

  @Test
  void proxyHeadersComeAndGoThroughEnvoyToo() throws IOException {
    int port = Ports.free("127.0.0.1");
    Path directory = Fleets.directory();
    try (DemoFleet demo = new DemoFleet(Installation.find(), directory, List.of(), port);
        ManagedProcess envoy = envoy(demo, directory, "DELTA_GRPC");
        ToldBackend backend = new ToldBackend(null)) {
      Path manifests =
          Files.writeString(
              directory.resolve("told.yaml"),
              """
              apiVersion: v1
              kind: Service
              metadata: {name: told}
              spec: {ports: [{port: 80}]}
              ---
              apiVersion: gateway.networking.k8s.io/v1
              kind: HTTPRoute
              metadata: {name: told}
              spec:
                parentRefs: [{name: edge}]
                rules: [{matches: [{path: {value: /told}}], backendRefs: [{name: told, port: 80}]}]
              ---
              apiVersion: gateway.headgate.io/v1
              kind: ClientTrafficPolicy
              metadata: {name: edge}
              spec: {targetRefs: [{kind: Gateway, name: edge}], proxyProtocol: {}}
              ---
              apiVersion: gateway.headgate.io/v1
              kind: BackendTrafficPolicy
              metadata: {name: told}
              spec: {targetRefs: [{kind: Service, name: told}], proxyProtocol: {version: V2}}
              """);
      demo.fleet()
          .etcd()
          .put(
              "/headgate/v1/hosts/default/told/one",
              "{\"Op\":0,\"Addr\":\"127.0.0.1:" + backend.port() + "\"}");
      demo.fleet().commandLine().must("apply", "-f", manifests.toString());
      for (String header :
          List.of(
              "PROXY TCP4 192.0.2.7 192.0.2.1 4000 443\r\n",
              "\r\n\r\n"
                  + "\0\r\n"
                  + "QUIT\n"
                  + "!\u0011\0\f\u00c0\0\u0002\u0007\u00c0\0\u0002\u0001\u000f\u00a0\u0001\u00bb")) {
        await()
            .atMost(SOON)
            .untilAsserted(() ->
                assertThat(answer(port, header))
                    .as(envoy.output())
                    .contains(
                        "\r\n\r\nV2 192.0.2.7:4000 192.0.2.1:443\nGET /told ",
                        "\nx-forwarded-for: 192.0.2.7\r\n"));
      }
      assertThat(answer(port, "")).as("without a header").isEmpty();
    }
  }

  private static String answer(int port, String header) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      String request = "GET /told HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
      socket.getOutputStream().write((header + request).getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      return "";
    }
  }

  private static ManagedProcess envoy(DemoFleet demo, Path directory, String apiType)
      throws IOException {
    String program =
        Objects.requireNonNull(
            System.getenv("HEADGATE_ENVOY"),
            "HEADGATE_ENVOY names the program; deploy/verify.sh sets it");
    Path config =
        Files.writeString(
            directory.resolve("envoy.yaml"),
            ProxyProcess.bootstrap(
                "an-envoy",
                Ports.free("127.0.0.1"),
                List.of(demo.fleet().controlPlanes().getFirst().xdsPort()),
                apiType));
    return ManagedProcess.start(
        "envoy",
        List.of(
            program,
            "-c",
            config.toString(),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "-l",
            "warning"),
        Map.of(),
        directory);
  }
}
