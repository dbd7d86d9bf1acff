package io.headgate.soak;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A TCP connection. */
final class SocketPipe implements Pipe {
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  SocketPipe(Socket connected) throws IOException {
    socket = connected;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
  }

  static SocketPipe connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(Client.TIMEOUT_MILLIS);
    socket.connect(address, Client.TIMEOUT_MILLIS);
    return new SocketPipe(socket);
  }

  @Override
  public DataInputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
