package io.headgate.controlplane.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A control plane that gives prepared answers and remembers what it was asked. */
final class FakeApi implements AutoCloseable {
  static final String TOKEN = "secret-token";

  /** What was asked, with the query. */
  record Asked(String method, String path, String body) {}

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Map<String, List<Answer>> answers = new ConcurrentHashMap<>();
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  FakeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/api/v1", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers a request; when one is prepared several times, in this order, the last for ever. */
  FakeApi on(String method, String pathAndQuery, int status, String body) {
    answers
        .computeIfAbsent(method + " " + pathAndQuery, k -> new CopyOnWriteArrayList<>())
        .add(new Answer(status, body));
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString().substring("/api/v1".length());
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(new Asked(exchange.getRequestMethod(), path, body));
    Answer answer;
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer = new Answer(401, "{\"title\":\"unauthenticated\",\"detail\":\"no such token\"}");
    } else {
      List<Answer> prepared = answers.get(exchange.getRequestMethod() + " " + path);
      if (prepared == null) {
        answer = new Answer(404, "{\"title\":\"not found\",\"detail\":\"" + path + "\"}");
      } else {
        answer = prepared.size() > 1 ? prepared.remove(0) : prepared.get(0);
      }
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
