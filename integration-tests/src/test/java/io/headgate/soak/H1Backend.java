package io.headgate.soak;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP/1.1 and WebSocket; a virtual thread for each connection. */
final class H1Backend extends Backend {
  private static final byte[] LAST_CHUNK = Http1.ascii("0\r\n\r\n");

  private @Nullable ServerSocket server;
  private @Nullable Thread acceptor;
  private final Set<Served> connections = ConcurrentHashMap.newKeySet();

  H1Backend(Journal journal, String etcd, String service, String instance) {
    super(journal, etcd, service, instance);
  }

  @Override
  void listen(int port) throws IOException {
    ServerSocket opened = new ServerSocket();
    opened.setReuseAddress(true);
    opened.bind(new InetSocketAddress(InetAddress.getByName(ADDRESS), port), 1024);
    server = opened;
    acceptor = Thread.ofVirtual().start(() -> accept(opened));
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Served connection = new Served(new SocketPipe(from.accept()));
        connections.add(connection);
        Thread.ofVirtual().start(connection::run);
      } catch (IOException e) {
        // The next look says whether it is over.
      }
    }
  }

  @Override
  int connections() {
    return connections.size();
  }

  @Override
  void drop() throws IOException {
    ServerSocket open = server;
    Thread accepting = acceptor;
    if (open != null && accepting != null) {
      open.close();
      join(accepting);
    }
    for (Served connection : connections) {
      lastOf(connection.last);
      connection.pipe.reset();
    }
  }

  private static void join(Thread thread) throws InterruptedIOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** A connection. */
  private final class Served {
    private final SocketPipe pipe;
    private volatile String last = "";

    Served(SocketPipe pipe) {
      this.pipe = pipe;
    }

    void run() {
      try (pipe) {
        while (serve()) {
          ended(last);
        }
      } catch (IOException e) {
        // The peer left, or this backend died.
      } finally {
        ended(last);
        connections.remove(this);
      }
    }

    /** Returns false when the connection is over. */
    private boolean serve() throws IOException {
      Http1.Head head = Http1.head(pipe.in());
      last = head.field(Exchange.ID);
      begun(last);
      if (!head.field("upgrade").isEmpty()) {
        pipe.out()
            .write(
                Http1.ascii(
                    "HTTP/1.1 101 Switching Protocols\r\n"
                        + "connection: upgrade\r\nupgrade: websocket\r\n\r\n"));
        WebSocketEcho.serve(pipe);
        return false;
      }
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      Http1.body(pipe.in(), head, request::writeBytes);
      String target = head.start().split(" ")[1];
      return switch (target.replaceAll("\\?.*", "")) {
        case "/soak/echo" -> answer(request.toByteArray(), true);
        case "/soak/bytes" -> answer(Exchange.bytes(last, length(target)), true);
        case "/soak/abort" -> {
          byte[] body = Exchange.bytes(last, length(target));
          yield answer(Arrays.copyOf(body, body.length / 2), false);
        }
        default -> throw new IOException(target);
      };
    }

    private static int length(String target) {
      return Integer.parseInt(target.substring(target.indexOf('=') + 1));
    }

    private boolean answer(byte[] body, boolean whole) throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream(body.length + 100);
      boolean chunked = body.length % 3 == 0 || !whole;
      String framing = chunked ? "transfer-encoding: chunked" : "content-length: " + body.length;
      message.writeBytes(Http1.ascii("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n"));
      if (!chunked) {
        message.writeBytes(body);
      } else if (body.length > 0) {
        message.writeBytes(Http1.chunk(body));
      }
      if (chunked && whole) {
        message.writeBytes(LAST_CHUNK);
      }
      pipe.out().write(message.toByteArray());
      if (!whole) {
        pipe.reset();
      }
      return whole;
    }
  }
}
