package io.headgate.gatewayapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An HTTP/1.1 backend that says back what it was sent: one line for the service, the request line
 * and each header. A request asks for more by headers: {@code x-delay-ms}, {@code x-status} and
 * {@code x-answer}, whose values become headers of the answer.
 */
final class Echo implements AutoCloseable {
  private final String service;
  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();

  /** Statuses of the first answers to requests with an {@code x-flaky} value, each once. */
  private final ConcurrentHashMap<String, AtomicInteger> flaky = new ConcurrentHashMap<>();

  Echo(String service) {
    this.service = service;
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Requests that have arrived so far. */
  int requests() {
    return requests.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    exchange.getRequestBody().readAllBytes();
    StringBuilder text = new StringBuilder("service " + service + "\n");
    text.append(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n");
    exchange
        .getRequestHeaders()
        .forEach((name, values) ->
            values.forEach(
                value -> text.append(name.toLowerCase(Locale.ROOT) + ": " + value + "\n")));
    String delay = exchange.getRequestHeaders().getFirst("x-delay-ms");
    if (delay != null) {
      LockSupport.parkNanos(Duration.ofMillis(Long.parseLong(delay)).toNanos());
    }
    for (String header : exchange.getRequestHeaders().getOrDefault("x-answer", List.of())) {
      int colon = header.indexOf(':');
      exchange
          .getResponseHeaders()
          .add(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status(exchange), head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private int status(HttpExchange exchange) {
    String key = exchange.getRequestHeaders().getFirst("x-flaky");
    if (key != null
        && flaky.computeIfAbsent(key, k -> new AtomicInteger()).getAndIncrement() == 0) {
      return 503;
    }
    String status = exchange.getRequestHeaders().getFirst("x-status");
    return status == null ? 200 : Integer.parseInt(status);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
