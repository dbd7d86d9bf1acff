package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.EtcdServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A secret goes into the control plane and out in an xDS secret alone: not by REST, events, logs or
 * other resources, and to the disk only where its owner alone can read.
 */
class SecretConfinementTest {
  private static final String SECRETS =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
  private static final List<String> PAGES =
      List.of(
          "/api/v1/objects",
          "/api/v1/objects?kind=secret",
          "/api/v1/objects/secret/default/edge-tls",
          "/api/v1/objects/secret/default/edge-tls/history",
          "/api/v1/objects/gateway/default/edge",
          "/api/v1/changes",
          "/api/v1/holds",
          "/api/v1/nacks",
          "/api/v1/fleet",
          "/api/v1/services",
          "/api/v1/source");

  @TempDir Path directory;

  private String certificate = "";
  private String key = "";

  /** A line of the key's PEM. */
  private String word = "";

  /** A piece of the same as a Secret's {@code data} has it. */
  private String encoded = "";

  @BeforeEach
  void makeAKey() throws IOException {
    TestCertificates authority = new TestCertificates(directory, "edge");
    certificate = Files.readString(authority.issue("edge"));
    key = Files.readString(authority.key("edge"));
    word = key.lines().skip(1).findFirst().orElseThrow();
    encoded = base64(key).substring(40, 100);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private String secret(String note) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: edge-tls
      annotations: {note: "%s"}
    type: kubernetes.io/tls
    data:
      tls.crt: %s
      tls.key: %s
    """
        .formatted(note, base64(certificate), base64(key));
  }

  private static final String GATEWAY =
      """
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: edge}
      spec:
        gatewayClassName: headgate
        listeners:
          - {name: http, protocol: HTTP, port: 80}
          - name: https
            protocol: HTTPS
            port: 443
            tls: {certificateRefs: [{name: edge-tls}]}
      """;

  private void hidden(String where, String text) {
    assertThat(text).as(where).doesNotContain(word).doesNotContain(encoded);
  }

  private Process launch(EtcdServer etcd) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ControlPlane.class.getName(),
            "--etcd.endpoints=" + etcd.endpoint(),
            "--data-dir=" + directory.resolve("data"),
            "--api.tokens-file=" + TestReplica.tokens(directory),
            "--log.level=trace",
            "--internal.port=0",
            "--api.port=0",
            "--xds.port=0",
            "--port-file=" + directory.resolve("ports"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }

  private static HttpResponse<String> call(HttpClient http, String url, String method, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + TestReplica.TOKEN)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aKeyStaysInsideWhateverIsAsked() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        HttpClient http = HttpClient.newHttpClient()) {
      Process process = launch(etcd);
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> Files.exists(directory.resolve("ports")));
        Map<String, String> ports =
            Files.readAllLines(directory.resolve("ports")).stream()
                .map(line -> line.split("=", -1))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        String api = "http://127.0.0.1:" + ports.get("api");
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> call(http, api + "/readyz", "GET", "").statusCode() == 200);
        List<String> events = new CopyOnWriteArrayList<>();
        follow(http, api, events);
        try (AdsClient proxy =
            new AdsClient("p", Integer.parseInt(Objects.requireNonNull(ports.get("xds"))))) {
          proxy.subscribe(SECRETS, "*", "default/edge-tls", "edge-tls");
          HttpResponse<String> applied =
              call(http, api + "/api/v1/objects", "POST", secret("first") + GATEWAY);
          assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
          hidden("the answer to apply", applied.body());
          // Changed, deleted, and written past the API in a way that is held.
          hidden(
              "the answer to a change",
              call(http, api + "/api/v1/objects", "POST", secret("second")).body());
          etcd.put("/headgate/v1/config/secret/default/broken", "{\"data\": {\"k\": \"" + word);
          await()
              .untilAsserted(() ->
                  assertThat(call(http, api + "/api/v1/holds", "GET", "").body())
                      .contains("secret/default/broken"));
          await().untilAsserted(() -> assertThat(proxy.held(AdsClient.LISTENER)).isNotEmpty());
          for (String page : PAGES) {
            HttpResponse<String> answer = call(http, api + page, "GET", "");
            hidden(page, answer.body());
          }
          HttpResponse<String> refused =
              call(
                  http,
                  api + "/api/v1/objects",
                  "POST",
                  secret("third").replace(base64(key), base64("no key: " + word)));
          assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
          hidden("a refusal", refused.body());
          hidden("events", String.join("\n", events));
          assertThat(events).as("something was told").anyMatch(line -> line.contains("edge-tls"));
          for (String type :
              List.of(
                  AdsClient.CLUSTER, AdsClient.ENDPOINTS, AdsClient.LISTENER, AdsClient.ROUTES)) {
            proxy
                .held(type)
                .forEach((name, value) ->
                    hidden(
                        "discovery of " + name,
                        value.toByteString().toString(StandardCharsets.ISO_8859_1)));
          }
          // The one place that a key travels in, to a client that asks for it by its name.
          await()
              .untilAsserted(
                  () -> assertThat(proxy.held(SECRETS)).containsOnlyKeys("default/edge-tls"));
        }
        hidden("previous values in etcd", etcd.ctl("get", "--prefix", "/headgate/v1/objects/"));
        hidden("the audit in etcd", etcd.ctl("get", "--prefix", "/headgate/v1/audit/"));
        process.destroy();
        process.waitFor();
        hidden("the log", Files.readString(directory.resolve("log")));
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(encoded)) {
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .as("only its owner reads " + file.getFileName())
                  .isEqualTo("rw-------");
            }
          }
        }
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static void follow(HttpClient http, String api, List<String> lines)
      throws IOException, InterruptedException {
    var stream =
        http.send(
            HttpRequest.newBuilder(URI.create(api + "/api/v1/events"))
                .header("Authorization", "Bearer " + TestReplica.TOKEN)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    var _ =
        Thread.ofVirtual()
            .start(() -> {
              try (BufferedReader reader =
                  new BufferedReader(
                      new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
              } catch (IOException | java.io.UncheckedIOException ended) {
                lines.add("ended");
              }
            });
  }
}
