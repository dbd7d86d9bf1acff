package io.headgate.attack;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A connection over which any bytes are sent; what comes back is read, counted and thrown away. */
final class H2Attacker implements AutoCloseable {

  static final int ENHANCE_YOUR_CALM = 11;

  /** No GOAWAY came. */
  static final int NONE = -1;

  private final Socket socket;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicInteger goAway = new AtomicInteger(NONE);
  private final AtomicIntegerArray received = new AtomicIntegerArray(256);

  H2Attacker(EdgeProxy proxy, int... settings) throws IOException {
    this(proxy.connect(), settings);
  }

  H2Attacker(Socket socket, int... settings) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    Thread.ofVirtual().name("reader").start(this::read);
    socket.getOutputStream().write(Frames.preface(settings).settingsAck().bytes());
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.skipNBytes(5);
        byte[] payload = in.readNBytes(length);
        if (type == Frames.GOAWAY && payload.length >= 8) {
          goAway.set(payload[7] & 0xff);
        }
        received.incrementAndGet(type);
      }
    } catch (IOException e) {
      ended.complete(null);
    }
  }

  /** Sends frames; a connection that ended meanwhile takes no more, and that is what we want. */
  boolean send(Frames frames) {
    if (ended.isDone()) {
      return false;
    }
    try {
      socket.getOutputStream().write(frames.bytes());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for the end of the connection; false when the bound passes first. */
  boolean awaitEnd(Duration bound) throws InterruptedException {
    try {
      ended.get(bound.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  /** The error of the last GOAWAY, or {@link #NONE}. */
  int goAway() {
    return goAway.get();
  }

  /** How many frames of a type came. */
  int received(int type) {
    return received.get(type);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
