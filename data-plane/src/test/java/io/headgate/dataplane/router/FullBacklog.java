package io.headgate.dataplane.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port whose backlog is full: the system answers no further SYN, so connects time out. */
final class FullBacklog implements AutoCloseable {

  private static final int ENOUGH = 64;
  private static final int PATIENCE_MILLIS = 150;

  private final ServerSocket server;
  private final List<Socket> filling = new ArrayList<>();

  FullBacklog() {
    try {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      fill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill() throws IOException {
    for (int i = 0; i < ENOUGH; i++) {
      Socket socket = new Socket();
      filling.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), PATIENCE_MILLIS);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    throw new IOException("the backlog takes everything");
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      for (Socket socket : filling) {
        socket.close();
      }
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
