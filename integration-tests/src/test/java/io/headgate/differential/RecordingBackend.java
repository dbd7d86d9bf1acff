package io.headgate.differential;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An origin that keeps each request as it came and answers as the case says. */
final class RecordingBackend implements AutoCloseable {

  private static final int BACKLOG = 128;

  private final ServerSocket server;
  private final Map<Integer, Case> cases;
  private final Map<Integer, List<Message>> seen = new ConcurrentHashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  RecordingBackend(Map<Integer, Case> cases) throws IOException {
    this.cases = cases;
    this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("accept").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The requests of a case, several where they were retried. */
  List<Message> seen(int id) {
    return seen.getOrDefault(id, List.of());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().name("serve").start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream())) {
      while (true) {
        Message request = Message.request(in, () -> {});
        if (request == null) {
          return;
        }
        int id = Integer.parseInt(Field.values(request.fields(), Case.ID).findFirst().orElse("0"));
        Case of = cases.get(id);
        seen.computeIfAbsent(id, same -> new CopyOnWriteArrayList<>()).add(request);
        if (of == null) {
          return;
        }
        String method = request.startLine().substring(0, request.startLine().indexOf(' '));
        socket.getOutputStream().write(of.answer().bytes(method));
        if (of.answer().body().framing() == Case.Framing.CLOSE && of.answer().hasBody(method)) {
          return;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // The proxy gave the connection up, or sent what is no HTTP: the case shows it.
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
