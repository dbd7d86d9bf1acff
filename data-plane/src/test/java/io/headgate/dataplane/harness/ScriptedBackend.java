package io.headgate.dataplane.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1 server whose answers are raw bytes from a script; each connection has a virtual thread.
 */
public final class ScriptedBackend implements AutoCloseable {
  /** What a backend does with a connection. */
  @FunctionalInterface
  public interface Script {
    /** Serves one connection; when it returns or fails the connection closes. */
    void serve(RawClient connection, ScriptedBackend backend) throws IOException;
  }

  /** Every request that was read by {@link #always}, in the order of arrival. */
  public final List<RawClient.Message> requests = new CopyOnWriteArrayList<>();

  /** How many connections were accepted. */
  public final AtomicInteger connections = new AtomicInteger();

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Script script;

  /** Starts on a free port of the loopback interface. */
  public ScriptedBackend(Script script) {
    this.script = script;
    try {
      server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /**
   * Starts a backend that answers every request with the same bytes and keeps connections alive.
   */
  public static ScriptedBackend always(String raw) {
    return new ScriptedBackend((connection, backend) -> {
      while (true) {
        backend.requests.add(connection.read());
        connection.send(raw);
      }
    });
  }

  /** Starts a backend that answers 200 with a body and its length. */
  public static ScriptedBackend ok(String body) {
    return always("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket) {
    try (RawClient connection = new RawClient(socket)) {
      script.serve(connection, this);
    } catch (IOException e) {
      // The other side is gone; scripts end so.
    } finally {
      open.remove(socket);
    }
  }

  /** Closes the port and every connection. */
  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
