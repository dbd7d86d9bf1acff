package io.headgate.attack;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/** A connection of a slow peer, to the listener that has the peer's name. */
final class SlowConnection implements AutoCloseable {

  private static final int SMALL_BUFFER = 4096;

  private final SlowPeer kind;
  private final Socket socket = new Socket();
  private final Semaphore crumbs = new Semaphore(0);
  private volatile boolean answered;
  private volatile boolean ended;

  SlowConnection(SlowPeer kind, EdgeProxy proxy) throws IOException {
    this.kind = kind;
    if (!kind.reads()) {
      socket.setReceiveBufferSize(SMALL_BUFFER);
    }
    socket.connect(proxy.address(kind.name()));
    socket.setTcpNoDelay(true);
    Thread.ofVirtual().name("writer").start(this::write);
    if (kind.reads()) {
      Thread.ofVirtual().name("reader").start(this::read);
    }
  }

  private void write() {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(kind.begin);
      while (!ended) {
        crumbs.acquire();
        out.write(kind.crumb);
      }
    } catch (IOException e) {
      ended = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (kind.feedsOnTheAnswer() && !answered) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        answered = in.readUnsignedByte() == Frames.DATA;
        in.skipNBytes(5L + length);
      }
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Reset, which is an end as well.
    }
    ended = true;
  }

  /** Sends a crumb, unless the connection has ended. */
  void feed() {
    boolean may = !ended && kind.crumb.length > 0 && (answered || !kind.feedsOnTheAnswer());
    if (may && crumbs.availablePermits() == 0) {
      crumbs.release();
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
    ended = true;
    crumbs.release();
    socket.close();
  }
}
