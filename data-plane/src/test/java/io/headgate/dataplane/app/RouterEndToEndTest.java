package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a whole proxy shows of the router: whose headers it believes, how gRPC is answered. */
class RouterEndToEndTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Headers> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer backend;
  private ProxyServer server;

  @BeforeEach
  void start() throws Exception {
    backend = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    backend.setExecutor(executor);
    backend.createContext(
        "/",
        exchange -> {
          received.add(exchange.getRequestHeaders());
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    backend.createContext("/hang", exchange -> hang());
    backend.start();
    String yaml =
        """
        node: {id: p, cluster: c}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
        """
            + listener(
                "inside",
                "internal_address_config: {cidr_ranges: [{address_prefix: 127.0.0.0, prefix_len:"
                    + " 8}]}")
            + listener("edge", "stat_prefix: edge")
            + """
              clusters:
              - name: next
                load_assignment:
                  cluster_name: next
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]
            """
                .replace("PORT", Integer.toString(backend.getAddress().getPort()));
    server = Proxies.live(yaml);
  }

  private static String listener(String name, String more) {
    return """
    - name: NAME
      address: {socket_address: {address: 127.0.0.1, port_value: 0}}
      filter_chains:
      - filters:
        - name: manager
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            use_remote_address: true
            MORE
            http_filters:
            - name: router
              typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            route_config:
              name: NAME
              virtual_hosts:
              - name: all
                domains: ["*"]
                response_headers_to_add: [{header: {key: x-added, value: "yes"}}]
                routes:
                - match: {prefix: /hang}
                  route: {cluster: next, max_stream_duration: {grpc_timeout_header_max: 1s}}
                - match: {prefix: /moved}
                  redirect: {path_redirect: /there}
                - match: {prefix: /}
                  route: {cluster: next}
    """
        .replace(
            "MORE", more.startsWith("stat_prefix") ? more : "stat_prefix: inside\n        " + more)
        .replace("NAME", name)
        .indent(2);
  }

  private void hang() {
    try {
      release.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    backend.stop(0);
    executor.shutdownNow();
  }

  private HttpResponse<String> send(String listener, String path, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port(listener) + path))
            .timeout(Duration.ofSeconds(10))
            .method("POST", HttpRequest.BodyPublishers.ofString("x"));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static final Map<String, String> STEERING =
      Map.of(
          "x-envoy-retry-on", "5xx",
          "x-envoy-max-retries", "3",
          "x-envoy-upstream-rq-timeout-ms", "7000",
          "x-envoy-hedge-on-per-try-timeout", "true");

  @Test
  void aTrustedPeerMaySteer() throws Exception {
    assertThat(send("inside", "/", STEERING).statusCode()).isEqualTo(503);
    assertThat(received).hasSize(4);
    assertThat(received.getFirst().getFirst("x-envoy-expected-rq-timeout-ms")).isEqualTo("7000");
    assertThat(received).noneMatch(this::isSteered);
  }

  @Test
  void aStrangerMayNot() throws Exception {
    assertThat(send("edge", "/", STEERING).statusCode()).isEqualTo(503);
    assertThat(received).hasSize(1);
    assertThat(received.getFirst().getFirst("x-envoy-expected-rq-timeout-ms")).isEqualTo("15000");
    assertThat(received).noneMatch(this::isSteered);
  }

  private boolean isSteered(Headers headers) {
    return STEERING.keySet().stream().anyMatch(headers::containsKey);
  }

  @Test
  void aCallWhoseTimeIsOverGetsItsStatus() throws Exception {
    HttpResponse<String> answer =
        send("edge", "/hang", Map.of("content-type", "application/grpc", "grpc-timeout", "100m"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("grpc-status")).contains("4");
    assertThat(answer.headers().firstValue("grpc-message")).contains("downstream duration timeout");
    assertThat(answer.headers().firstValue("content-type")).contains("application/grpc");
    assertThat(answer.headers().firstValue("x-added")).contains("yes");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void redirectsOfCallsAreStatusesToo() throws Exception {
    HttpResponse<String> answer =
        send("edge", "/moved", Map.of("content-type", "application/grpc+proto"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("grpc-status")).contains("2");
    assertThat(answer.headers().firstValue("location")).isPresent();
  }
}
