package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A backend of all kinds of connections: answers requests with the value of their {@code x-mark},
 * takes every upgrade and CONNECT, and sends the bytes of tunnels back.
 */
final class Backend implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());

  /** Whether there are no requests at all, only bytes. */
  private final boolean raw;

  Backend(boolean raw) throws IOException {
    this.raw = raw;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket accepted = server.accept();
        Thread.ofVirtual().start(() -> serve(accepted));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      while (!raw) {
        String head = Wire.head(in);
        if (head.startsWith("CONNECT ")) {
          out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
          break;
        } else if (head.contains("upgrade: websocket")) {
          out.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                  .getBytes(ISO_8859_1));
          break;
        }
        String mark = Wire.field(head, "x-mark", "none");
        out.write(
            ("HTTP/1.1 200 OK\r\nContent-Length: " + mark.length() + "\r\n\r\n" + mark)
                .getBytes(ISO_8859_1));
      }
      in.transferTo(out);
    } catch (IOException e) {
      // The connection is over, which its other end sees.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
