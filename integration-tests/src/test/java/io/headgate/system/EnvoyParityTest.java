package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.backend.Backend;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.deploy.quickstart.Binomial;
import io.headgate.deploy.quickstart.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Our proxy and a real Envoy, started from one bootstrap, answer alike. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyParityTest {

  private static final int REQUESTS = 300;
  private static final int SPLIT_REQUESTS = 2_000;

  private final Path directory = Fleets.directory();
  private final List<Backend> backends = new ArrayList<>();
  private final List<ManagedProcess> processes = new ArrayList<>();
  private String headgate = "";
  private String envoy = "";

  private record Request(String method, String path, List<String> headers, String body) {}

  @BeforeAll
  void start() throws IOException {
    for (String name : List.of("blue-1", "blue-2", "green-1")) {
      backends.add(
          new Backend(
              name.substring(0, name.indexOf('-')),
              name,
              new InetSocketAddress("127.0.0.1", 0),
              1_000));
    }
    headgate =
        start(
            "headgate",
            Installation.find().program("headgate-proxy"),
            List.of("--concurrency", "1"));
    envoy =
        start(
            "envoy",
            Objects.requireNonNull(
                System.getenv("HEADGATE_ENVOY"),
                "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"),
            List.of("--concurrency", "1", "--disable-hot-restart", "-l", "warning"));
  }

  private String start(String name, String program, List<String> flags) {
    List<Integer> ports = Ports.free("127.0.0.1", 2);
    Path config = directory.resolve(name + ".yaml");
    try (var in =
        Objects.requireNonNull(EnvoyParityTest.class.getResourceAsStream("static.yaml"))) {
      Files.writeString(
          config,
          Template.fill(
              new String(in.readAllBytes(), StandardCharsets.UTF_8),
              Map.of(
                  "port", ports.get(0).toString(),
                  "adminPort", ports.get(1).toString(),
                  "blue1", Integer.toString(backends.get(0).port()),
                  "blue2", Integer.toString(backends.get(1).port()),
                  "green1", Integer.toString(backends.get(2).port()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>(List.of(program, "-c", config.toString()));
    command.addAll(flags);
    ManagedProcess process = ManagedProcess.start(name, command, Map.of(), directory);
    processes.add(process);
    Await.until(
        Duration.ofSeconds(20),
        () -> name + ": " + process.output(),
        () -> Http.status("http://127.0.0.1:" + ports.get(1) + "/ready") == 200);
    return "http://127.0.0.1:" + ports.get(0);
  }

  @AfterAll
  void stop() {
    processes.forEach(ManagedProcess::close);
    backends.forEach(Backend::close);
  }

  @Test
  void generatedRequestsGetTheSameAnswers() {
    Random random = new Random(20_260_301);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      Request request = generate(random);
      String ours = answer(headgate, request);
      String theirs = answer(envoy, request);
      if (!ours.equals(theirs)) {
        differences.add(request + "\n  headgate " + ours + "\n  envoy    " + theirs);
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void theSplitReachesTheSameTargetsInTheSameShares() {
    for (String base : List.of(headgate, envoy)) {
      Traffic traffic = Traffic.send(SPLIT_REQUESTS, List.of(base + "/split"));
      assertThat(traffic.statuses()).containsOnlyKeys(200);
      assertThat(traffic.instances().keySet()).isEqualTo(Set.of("blue-1", "blue-2", "green-1"));
      assertThat(Binomial.pValue(traffic.of("green"), SPLIT_REQUESTS, 0.1)).isGreaterThan(1e-6);
    }
  }

  private static Request generate(Random random) {
    List<String> paths =
        List.of(
            "/exact",
            "/exact/",
            "/exact?colour=green",
            "/by-header",
            "/by-header/deep",
            "/by-query?colour=green",
            "/by-query?colour=red",
            "/by-query?x=1&colour=green",
            "/item/" + random.nextInt(1_000) + "/green",
            "/item/x/green",
            "/item/7/greener",
            "/old/" + random.nextInt(1_000),
            "/old",
            "/moved/here?a=b",
            "/teapot",
            "/split/" + random.nextInt(1_000),
            "/blue/" + random.nextInt(1_000) + "?q=" + random.nextInt(),
            "/blue/%41%2f",
            "/nowhere/" + random.nextInt(1_000));
    List<String> headers = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      headers.addAll(List.of("x-colour", random.nextBoolean() ? "green" : "red"));
    }
    if (random.nextInt(4) == 0) {
      headers.addAll(List.of("x-noise", "n" + random.nextInt()));
    }
    String method =
        List.of("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
            .get(random.nextInt(8));
    String body =
        method.equals("POST") || method.equals("PUT") ? "b".repeat(random.nextInt(20_000)) : "";
    return new Request(method, paths.get(random.nextInt(paths.size())), headers, body);
  }

  /** Status, body without what load balancing decides, and the headers that a route sets. */
  private static String answer(String base, Request request) {
    HttpResponse<String> answer =
        Http.send(
                request.method(),
                base + request.path(),
                request.body(),
                request.headers().toArray(String[]::new))
            .orElseThrow(() -> new IllegalStateException(base + " did not answer " + request));
    String body = answer.body();
    if (request.path().startsWith("/split")) {
      body = body.replaceAll("service=\\w+", "service=*");
    }
    return answer.statusCode()
        + " "
        + body.replaceAll("instance=[\\w-]+", "instance=*").strip()
        + " location="
        + answer.headers().firstValue("location").map(value -> value.replace(base, "")).orElse("")
        + " served="
        + answer.headers().firstValue("x-served-by").orElse("");
  }
}
