package io.headgate.observability;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP/1.1 backend that answers by the path: fails, hangs, hangs up, or adds trailers. */
final class RawBackend implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final AtomicInteger unanswered = new AtomicInteger();

  RawBackend() throws IOException {
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /** How many requests came that get no answer. */
  int unanswered() {
    return unanswered.get();
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout(20_000);
      String head = head(socket.getInputStream());
      if (head.contains("/b/reset") || head.isEmpty()) {
        return;
      }
      if (head.contains("/b/slow") || head.contains("/b/left")) {
        unanswered.incrementAndGet();
        while (socket.getInputStream().read() >= 0) {
          // until the proxy gives up
        }
        return;
      }
      socket.getOutputStream().write(answer(head).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // the proxy went away
    }
  }

  private static String answer(String head) {
    if (head.contains("/b/fail")) {
      return "HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 4\r\n\r\nbusy";
    }
    if (head.contains("/b/trailers")) {
      return """
      HTTP/1.1 200 OK
      content-type: application/grpc
      connection: close
      trailer: x-end
      transfer-encoding: chunked

      5
      hello
      0
      x-end: done
      grpc-status: 3

      """
          .replace("\n", "\r\n");
    }
    return "HTTP/1.1 200 OK\r\nx-answer: yes\r\nset-cookie: id=planted\r\nconnection: close\r\n"
        + "content-length: 5\r\n\r\nhello";
  }

  /** The head, after the body was read as well. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    int at = head.indexOf("content-length: ");
    if (at >= 0) {
      int end = head.indexOf("\r\n", at);
      in.readNBytes(Integer.parseInt(head.substring(at + 16, end)));
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
