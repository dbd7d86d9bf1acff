package io.headgate.attack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client that keeps the rules: one request after the other, and every one has to be answered. */
final class Bystander implements AutoCloseable {

  private static final byte[] REQUEST =
      "GET /ok HTTP/1.1\r\nhost: edge.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final long PAUSE_NANOS = 10_000_000;
  private static final int ANSWER_MILLIS = 10_000;

  /** Who it is. */
  enum Habit {
    KEEPS_ITS_CONNECTION,

    /** One that arrives in the middle of it all, again and again. */
    CONNECTS_EACH_TIME
  }

  private final EdgeProxy proxy;
  private final Habit habit;
  private final List<Long> nanos = new ArrayList<>();
  private final AtomicReference<@Nullable IOException> problem = new AtomicReference<>();
  private Socket socket;
  private InputStream in;
  private volatile @Nullable Thread thread;
  private volatile boolean over;

  Bystander(EdgeProxy proxy, Habit habit) throws IOException {
    this.proxy = proxy;
    this.habit = habit;
    socket = connect();
    in = new BufferedInputStream(socket.getInputStream());
  }

  private Socket connect() throws IOException {
    Socket connected = proxy.connect();
    connected.setTcpNoDelay(true);
    connected.setSoTimeout(ANSWER_MILLIS);
    return connected;
  }

  /** Sends requests in the background until {@link #close}, and returns after the first answers. */
  Bystander begin() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(5);
    thread =
        Thread.ofPlatform()
            .name("bystander")
            .start(() -> {
              try {
                while (!over) {
                  request();
                  running.countDown();
                  LockSupport.parkNanos(PAUSE_NANOS);
                }
              } catch (IOException e) {
                problem.set(e);
              }
              while (running.getCount() > 0) {
                running.countDown();
              }
            });
    running.await();
    return this;
  }

  void requests(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      request();
    }
  }

  private void request() throws IOException {
    long begin = System.nanoTime();
    if (habit == Habit.CONNECTS_EACH_TIME) {
      socket.close();
      socket = connect();
      in = new BufferedInputStream(socket.getInputStream());
    }
    socket.getOutputStream().write(REQUEST);
    String head = line();
    int length = -1;
    for (String field = line(); !field.isEmpty(); field = line()) {
      if (field.startsWith("content-length: ")) {
        length = Integer.parseInt(field.substring(16));
      }
    }
    if (!head.startsWith("HTTP/1.1 200") || length != 2 || in.readNBytes(2).length != 2) {
      throw new IOException("not what was asked for: " + head + ", length " + length);
    }
    nanos.add(System.nanoTime() - begin);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Ends the requests; an exception says what one of them got. */
  @Override
  public void close() throws IOException {
    over = true;
    Thread running = thread;
    if (running != null) {
      boolean interrupted = false;
      while (running.isAlive()) {
        try {
          running.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    socket.close();
    IOException failure = problem.get();
    if (failure != null) {
      throw new IOException(
          "request " + (nanos.size() + 1) + " of the bystander that " + habit, failure);
    }
  }

  /** After {@link #close}: how long each answer took. */
  List<Long> nanos() {
    return nanos;
  }
}
