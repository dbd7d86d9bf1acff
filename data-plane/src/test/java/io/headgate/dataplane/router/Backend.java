package io.headgate.dataplane.router;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A scripted HTTP/1 backend on a real socket: a thread per connection, a script per request.
 *
 * <p>Thread: the script runs on the connection's thread.
 */
final class Backend implements AutoCloseable {

  /** Answers one request. */
  interface Script {
    /** Writes raw bytes; throwing {@link Abort} resets the connection. */
    void answer(Request request, OutputStream out) throws IOException;
  }

  /** Resets the connection as a killed process does. */
  static final class Abort extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** A request as it arrived. */
  record Request(String head, String body) {}

  private final ServerSocket server;
  private final Script script;
  private final Thread accepting;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  Backend(Script script) {
    this.script = script;
    try {
      server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    accepting = Thread.ofVirtual().start(this::accept);
  }

  static Backend answering(String body) {
    return new Backend((request, out) -> ok(out, body, ""));
  }

  static void ok(OutputStream out, String body, String headers) throws IOException {
    send(out, "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n" + headers + "\r\n");
    send(out, body);
  }

  static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      while (true) {
        Request request = read(in);
        if (request == null) {
          return;
        }
        requests.add(request);
        try {
          script.answer(request, out);
        } catch (Abort e) {
          socket.setSoLinger(true, 0);
          return;
        }
      }
    } catch (IOException e) {
      // The peer went away; tests look at what the proxy made of it.
    } finally {
      open.remove(socket);
    }
  }

  private static @Nullable Request read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.append((char) b);
    }
    String lower = head.toString().toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length: ");
    if (at >= 0) {
      int length = Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
      return new Request(head.toString(), new String(in.readNBytes(length), ISO_8859_1));
    }
    if (lower.contains("transfer-encoding: chunked")) {
      return new Request(head.toString(), chunks(in));
    }
    return new Request(head.toString(), "");
  }

  private static String chunks(InputStream in) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      if (size == 0) {
        line(in);
        return body.toString();
      }
      body.append(new String(in.readNBytes(size), ISO_8859_1));
      line(in);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        throw new IOException("closed");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  /** Dies at once: connections are reset, the port refuses. */
  @Override
  public void close() {
    try {
      server.close();
      // While a virtual thread waits in accept, the kernel goes on accepting until it has woken up.
      accepting.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // Its own thread was faster.
      }
    }
  }
}
