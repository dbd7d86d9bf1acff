package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A kept connection of HTTP/1.1. */
final class H1 implements Live {
  private final Socket socket = new Socket();

  H1(InetSocketAddress address) throws IOException {
    socket.setSoTimeout(Tunnel.TIMEOUT_MILLIS);
    socket.connect(address);
    var _ = use();
  }

  @Override
  public String use() throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
    String head = Wire.head(socket.getInputStream());
    int length = Integer.parseInt(Wire.field(head, "content-length", "0"));
    String body = new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    if (Wire.field(head, "connection", "").equals("close")) {
      throw new IOException("it is to close");
    }
    return head.startsWith("HTTP/1.1 200 ") ? body : head;
  }

  @Override
  public boolean ends() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true; // reset
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
