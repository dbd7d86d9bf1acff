package io.headgate.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** A connection of a slow peer. */
final class SlowConnection implements AutoCloseable {

  private static final int SMALL_BUFFER = 4096;

  private final SlowPeer kind;
  private final Socket socket = new Socket();
  private volatile boolean ended;

  SlowConnection(SlowPeer kind, EdgeProxy proxy) throws IOException {
    this.kind = kind;
    if (!kind.reads()) {
      socket.setReceiveBufferSize(SMALL_BUFFER);
    }
    socket.connect(proxy.address());
    socket.setTcpNoDelay(true);
    socket.getOutputStream().write(kind.begin);
    if (kind.reads()) {
      Thread.ofVirtual().name("reader").start(this::read);
    }
  }

  private void read() {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Reset, which is an end as well.
    }
    ended = true;
  }

  /** Sends a crumb, unless the connection has ended. */
  void feed() {
    if (!ended && kind.crumb.length > 0) {
      try {
        socket.getOutputStream().write(kind.crumb);
      } catch (IOException e) {
        ended = true;
      }
    }
  }

  /** Whether the proxy closed it; one that reads nothing cannot know. */
  boolean hasEnded() {
    return ended || !kind.reads();
  }

  @Override
  public String toString() {
    return kind.name();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
