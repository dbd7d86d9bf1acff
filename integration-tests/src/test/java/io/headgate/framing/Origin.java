package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The backend of one lane: answers {@code ok}, or for a case once the bytes that it is given. */
final class Origin implements Backend {
  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1);
  private static final byte[] OK_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".getBytes(ISO_8859_1);

  /** What the next request that is not a probe is answered with. */
  record Script(byte[] raw, boolean eof) {}

  final AtomicInteger complete = new AtomicInteger();

  /** The requests that came complete. */
  final BlockingQueue<Wire.Message> requests = new LinkedBlockingQueue<>();

  volatile @Nullable Script script;

  /** The connections that the scripted request and the last probe came on. */
  volatile int scriptedOn;

  volatile int probedOn;

  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;

  Origin() {
    try {
      server = new ServerSocket(0, 128, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  @Override
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        int number = connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, number));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        Wire.Message request = Wire.read(in, true, true);
        if (!request.complete()) {
          return;
        }
        Script now = script;
        if (request.start().contains(" /probe")) {
          probedOn = number;
          socket.getOutputStream().write(OK);
        } else if (now == null) {
          complete.incrementAndGet();
          requests.add(request);
          socket.getOutputStream().write(request.start().startsWith("HEAD ") ? OK_HEAD : OK);
        } else {
          script = null;
          scriptedOn = number;
          socket.getOutputStream().write(now.raw());
          if (now.eof()) {
            return;
          }
        }
      }
    } catch (IOException | NumberFormatException e) {
      // The proxy went away, or sent what nobody can read: it counts as no complete request.
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
