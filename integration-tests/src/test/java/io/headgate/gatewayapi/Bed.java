package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.FleetSpec;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fleet of one control plane and one proxy that all scenarios share; it stops when the JVM ends.
 * Scenarios keep apart by the names of their gateways and the ports of these.
 */
final class Bed {
  /** How long a change may take to reach the proxy. */
  static final Duration BOUND = Duration.ofSeconds(30);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static @Nullable Bed shared;

  private final LocalFleet fleet;
  private final Map<String, Echo> echoes = new ConcurrentHashMap<>();

  /**
   * Starts a fleet.
   *
   * @param proxies how many; they listen at addresses of their own
   */
  Bed(int proxies) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String net = "127." + random.nextInt(1, 250) + "." + random.nextInt(1, 250) + ".";
    List<String> addresses = IntStream.range(2, 2 + proxies).mapToObj(i -> net + i).toList();
    try {
      fleet =
          new LocalFleet(
              Installation.find(),
              Files.createTempDirectory("headgate-gateway-api"),
              new FleetSpec(1, addresses, "DELTA_GRPC", List.of(), 0, 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fleet of all scenarios. */
  static synchronized Bed shared() {
    if (shared == null) {
      Bed bed = new Bed(1);
      Runtime.getRuntime().addShutdownHook(new Thread(bed::close, "stop-gateway-api-fleet"));
      shared = bed;
    }
    return shared;
  }

  void close() {
    fleet.close();
    echoes.values().forEach(Echo::close);
  }

  LocalFleet fleet() {
    return fleet;
  }

  /** Where the proxy's listeners are. */
  String address() {
    return address(0);
  }

  /** Where the listeners of one of the proxies are. */
  String address(int proxy) {
    return fleet.proxies().get(proxy).address();
  }

  /** A port that no listener has. */
  int port() {
    return Ports.free(address());
  }

  /** A file that the proxy can read. */
  String file(String name, String text) {
    try {
      return Files.writeString(fleet.directory().resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies manifests; all of them must be right. */
  void apply(String manifests) {
    HttpResponse<String> answer = post(manifests);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** Applies manifests that are refused, and returns why. */
  JsonNode refused(String manifests) {
    HttpResponse<String> answer = post(manifests);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> post(String manifests) {
    return send("POST", "/api/v1/objects", manifests, "content-type", "application/yaml");
  }

  /** Deletes an object. */
  void delete(String kind, String namespace, String name) {
    HttpResponse<String> answer =
        send("DELETE", "/api/v1/objects/" + kind + "/" + namespace + "/" + name, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("authorization", "Bearer " + fleet.token()));
    return Http.send(
            method, fleet.controlPlanes().getFirst().api() + path, body, all.toArray(String[]::new))
        .orElseThrow(() -> new IllegalStateException("the control plane does not answer"));
  }

  /** What the control plane says of an object. */
  JsonNode object(String kind, String namespace, String name) {
    return JSON.readTree(
        fleet.rest(
            fleet.controlPlanes().getFirst(), "/objects/" + kind + "/" + namespace + "/" + name));
  }

  /** A condition as {@code status reason}, awaited, because the control plane derives it. */
  void awaitCondition(JsonNodes of, String type, String expected) {
    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(condition(of.get(), type)).isEqualTo(expected));
  }

  /** Looks a part of a status up. */
  interface JsonNodes {
    JsonNode get();
  }

  /** A condition of a part of a status, as {@code status reason}; empty for none. */
  static String condition(JsonNode part, String type) {
    for (JsonNode condition : part.path("conditions")) {
      if (condition.path("type").asString("").equals(type)) {
        return condition.path("status").asString("") + " " + condition.path("reason").asString("");
      }
    }
    return "";
  }

  /** A service of the namespace {@code default} with one backend that says back what it is sent. */
  Echo service(String name) {
    return service("default", name);
  }

  /** A service with one backend that says back what it is sent. */
  Echo service(String namespace, String name) {
    return echoes.computeIfAbsent(
        namespace + "/" + name,
        key -> {
          Echo echo = new Echo(name);
          service(namespace, name, echo.port(), "http");
          return echo;
        });
  }

  /** A service with one backend at a port of this machine; its own port is 80. */
  void service(String namespace, String name, int port, String protocol) {
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec: {ports: [{port: 80, appProtocol: %s}]}
        """
            .formatted(name, namespace, protocol));
    fleet
        .etcd()
        .put(
            "/headgate/v1/hosts/" + namespace + "/" + name + "/one",
            "{\"Op\":0,\"Addr\":\"127.0.0.1:" + port + "\"}");
  }

  /** A service with one backend of TCP at an address of this machine; its own port is 80. */
  void service(String namespace, String name, String address, int port) {
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec: {ports: [{port: 80}]}
        """
            .formatted(name, namespace));
    fleet
        .etcd()
        .put(
            "/headgate/v1/hosts/" + namespace + "/" + name + "/one",
            "{\"Op\":0,\"Addr\":\"" + address + ":" + port + "\"}");
  }

  /** A gateway with one plain listener, {@code http}, for every host. */
  int gateway(String name) {
    int port = port();
    apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %s}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: http, port: %d, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
        """
            .formatted(name, port));
    return port;
  }

  /** Asks; headers as {@code name: value}. */
  Answer ask(int port, String method, String url, String... headers) {
    int slash = url.indexOf('/');
    StringBuilder request =
        new StringBuilder(method + " " + url.substring(slash) + " HTTP/1.1\r\n");
    request.append("host: " + url.substring(0, slash) + "\r\n");
    for (String header : headers) {
      request.append(header + "\r\n");
    }
    return Answer.of(address(), port, request.append("connection: close\r\n\r\n").toString());
  }

  Answer get(int port, String url, String... headers) {
    return ask(port, "GET", url, headers);
  }

  /** Waits until a URL is answered as it should be. */
  void awaitAnswer(int port, String url, int status) {
    await()
        .atMost(BOUND)
        .untilAsserted(() -> {
          Answer answer = get(port, url);
          assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        });
  }

  /** Waits until a URL is answered by a service. */
  void awaitService(int port, String url, String service) {
    await()
        .atMost(BOUND)
        .untilAsserted(() -> {
          Answer answer = get(port, url);
          assertThat(answer.service()).as(answer.toString()).isEqualTo(service);
        });
  }

  /** How often each status came in some requests. */
  Map<Integer, Long> statuses(int port, String url, int requests) {
    return IntStream.range(0, requests)
        .mapToObj(i -> get(port, url).status())
        .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
  }
}
