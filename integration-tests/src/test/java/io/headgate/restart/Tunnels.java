package io.headgate.restart;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A backend that takes every upgrade and sends back what it gets, and tunnels to it. */
final class Tunnels implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final ServerSocket backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> tunnels = new ArrayList<>();

  Tunnels() throws IOException {
    Thread.ofVirtual().start(this::serve);
  }

  String address() {
    return "127.0.0.1:" + backend.getLocalPort();
  }

  private void serve() {
    while (!backend.isClosed()) {
      try {
        Socket accepted = backend.accept();
        Thread.ofVirtual().start(() -> echo(accepted));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      String unused = head(socket.getInputStream());
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                  .getBytes(US_ASCII));
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The tunnel broke, which the other end sees.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** Opens one more tunnel; false when the proxy has no way to the backend yet. */
  boolean open(InetSocketAddress proxy) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(proxy, TIMEOUT_MILLIS);
    socket
        .getOutputStream()
        .write(
            "GET /tunnel HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                .getBytes(US_ASCII));
    if (!head(socket.getInputStream()).startsWith("HTTP/1.1 101 ")) {
      socket.close();
      return false;
    }
    tunnels.add(socket);
    return true;
  }

  /** Sends a byte through each tunnel and awaits it; returns how many are broken. */
  int broken() {
    int broken = 0;
    for (Socket tunnel : tunnels) {
      try {
        tunnel.getOutputStream().write('x');
        if (tunnel.getInputStream().read() != 'x') {
          broken++;
        }
      } catch (IOException e) {
        broken++;
      }
    }
    return broken;
  }

  @Override
  public void close() throws IOException {
    for (Socket tunnel : tunnels) {
      tunnel.close();
    }
    backend.close();
  }
}
