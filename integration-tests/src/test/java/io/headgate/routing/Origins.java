package io.headgate.routing;

import io.headgate.differential.Field;
import io.headgate.differential.Message;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The hosts behind both proxies: each keeps what it is sent and answers as the request asks. */
final class Origins implements AutoCloseable {
  /** Request headers that say what is to be answered. */
  static final String STATUS = "x-answer-status";

  static final String LOCATION = "x-answer-location";
  private static final int BACKLOG = 64;
  private final Map<String, ServerSocket> servers = new LinkedHashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, List<Seen>> seen = new ConcurrentHashMap<>();

  /** A request as it came to a host. */
  record Seen(String origin, Message request) {}

  Origins(List<String> names) throws IOException {
    for (String name : names) {
      ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      servers.put(name, server);
      Thread.ofVirtual().name(name).start(() -> accept(name, server));
    }
  }

  int port(String name) {
    ServerSocket server = servers.get(name);
    if (server == null) {
      throw new IllegalArgumentException(name);
    }
    return server.getLocalPort();
  }

  /** What came of a probe through a proxy. */
  List<Seen> seen(String peer, int probe) {
    return seen.getOrDefault(peer + "-" + probe, List.of());
  }

  private void accept(String name, ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().name(name).start(() -> serve(name, socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(String name, Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream())) {
      while (true) {
        Message request = Message.request(in, () -> {});
        if (request == null) {
          return;
        }
        String id = Field.values(request.fields(), Probe.ID).findFirst().orElse("none");
        seen.computeIfAbsent(id, same -> new CopyOnWriteArrayList<>()).add(new Seen(name, request));
        socket.getOutputStream().write(answer(name, request));
      }
    } catch (IOException e) {
      // The proxy gave the connection up.
    } finally {
      open.remove(socket);
    }
  }

  private static byte[] answer(String name, Message request) {
    String status = Field.values(request.fields(), STATUS).findFirst().orElse("200");
    boolean followed = request.fields().stream().anyMatch(f -> f.is("x-envoy-original-url"));
    String body = "from " + name;
    StringBuilder out = new StringBuilder("HTTP/1.1 ");
    out.append(followed ? "200" : status).append(" Status\r\nx-origin: ").append(name);
    out.append("\r\nvary: accept\r\n");
    if (!status.equals("200") && !followed) {
      Field.values(request.fields(), LOCATION)
          .findFirst()
          .ifPresent(to -> out.append("location: ").append(to).append("\r\n"));
    }
    out.append("content-length: ").append(body.length()).append("\r\n\r\n");
    if (!request.startLine().startsWith("HEAD ")) {
      out.append(body);
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      for (ServerSocket server : servers.values()) {
        server.close();
      }
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
