package io.headgate.attack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A backend: {@code /large} answers a mebibyte, {@code /hold} waits until the test is over, all
 * else answers {@code ok}.
 */
final class Origin implements AutoCloseable {

  private static final int LARGE = 1 << 20;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpServer server;

  Origin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, 2));
    server.createContext("/large", exchange -> answer(exchange, LARGE));
    server.createContext("/hold", this::hold);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void hold(HttpExchange exchange) throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int length) throws IOException {
    try (exchange) {
      exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      exchange.sendResponseHeaders(200, length);
      byte[] piece = "ok".repeat(Math.min(length, 8192) / 2).getBytes(StandardCharsets.US_ASCII);
      for (int sent = 0; sent < length; sent += piece.length) {
        exchange.getResponseBody().write(piece);
      }
    }
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
