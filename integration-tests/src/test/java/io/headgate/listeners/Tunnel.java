package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** Bytes there and back, once a tunnel is open. */
final class Tunnel implements Live {
  /** Longer than any drain of the table. */
  static final int TIMEOUT_MILLIS = 15_000;

  private final Socket socket;

  private Tunnel(Socket socket) {
    this.socket = socket;
  }

  static Tunnel open(InetSocketAddress address, String asks, String expects) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(address);
    if (!asks.isEmpty()) {
      socket.getOutputStream().write(asks.getBytes(ISO_8859_1));
      String head = Wire.head(socket.getInputStream());
      if (!head.startsWith(expects)) {
        throw new IOException("no tunnel: " + head);
      }
    }
    Tunnel tunnel = new Tunnel(socket);
    var _ = tunnel.use();
    return tunnel;
  }

  @Override
  public String use() throws IOException {
    socket.getOutputStream().write("ping".getBytes(ISO_8859_1));
    byte[] back = socket.getInputStream().readNBytes(4);
    if (back.length < 4) {
      throw new EOFException("the tunnel is over");
    }
    return new String(back, ISO_8859_1);
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
