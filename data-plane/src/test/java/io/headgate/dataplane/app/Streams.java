package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A backend that knows nothing of HTTP; each connection is served by a thread of its own. */
final class Streams implements AutoCloseable {
  /** What is done with a connection; it is closed afterwards. */
  interface Service {
    void serve(Socket socket) throws Exception;
  }

  final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Streams(Service service) throws IOException {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(() -> {
      try {
        while (true) {
          Socket socket = server.accept();
          threads.execute(() -> {
            try (socket) {
              service.serve(socket);
            } catch (Exception e) {
              // Whoever waits for an answer notices.
            }
          });
        }
      } catch (IOException e) {
        // closed
      }
    });
  }

  /** Sends back what comes, and its end. */
  static Streams echo() throws IOException {
    return new Streams(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
  }

  /** Says a name and ends. */
  static Streams saying(String name) throws IOException {
    return new Streams(socket -> socket.getOutputStream().write(name.getBytes(ISO_8859_1)));
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
