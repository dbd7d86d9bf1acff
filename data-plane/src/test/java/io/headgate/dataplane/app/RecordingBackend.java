package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A backend that keeps what it is sent. It answers with its name; a path that ends with {@code
 * /hang} waits for the test, a request that names a location is redirected there.
 */
final class RecordingBackend implements AutoCloseable {
  /** Request header: where to redirect to; a request that was redirected is answered. */
  static final String LOCATION = "x-answer-location";

  final List<Request> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final String name;
  private final CountDownLatch release;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * A request as it came.
   *
   * @param line method and target
   * @param headers all values by lower-case name
   */
  record Request(String line, Map<String, List<String>> headers, String body) {
    String first(String header) {
      return headers.getOrDefault(header, List.of("")).getFirst();
    }
  }

  RecordingBackend(String name, CountDownLatch release) throws IOException {
    this.name = name;
    this.release = release;
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::serve);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (header, values) -> headers.put(header.toLowerCase(Locale.ROOT), List.copyOf(values)));
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    seen.add(new Request(line, headers, body));
    if (exchange.getRequestURI().getPath().endsWith("/hang")) {
      hang();
    }
    boolean followed = headers.containsKey("x-envoy-original-url");
    if (headers.containsKey(LOCATION) && !followed) {
      exchange.getResponseHeaders().put("location", headers.get(LOCATION));
      exchange.sendResponseHeaders(302, -1);
    } else {
      byte[] answer = name.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
    exchange.close();
  }

  private void hang() {
    try {
      release.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
