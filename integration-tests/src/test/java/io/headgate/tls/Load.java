package io.headgate.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Clients of a listener until they are told to stop: some keep one connection from the first
 * request to the last, others make a new one all the time.
 */
final class Load implements AutoCloseable {
  private static final int KEEP = 3;
  private static final int ANEW = 1;
  private static final int REQUESTS_EACH = 3;
  private static final Duration PACE = Duration.ofMillis(10);
  private static final int BOUND_MILLIS = 20_000;
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  private final int port;
  private final Supplier<SSLContext> identity;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Starts.
   *
   * @param identity whose certificate a new connection shows
   */
  Load(int port, Supplier<SSLContext> identity) {
    this.port = port;
    this.identity = identity;
    for (int i = 0; i < KEEP; i++) {
      threads.add(Thread.ofVirtual().name("keeps").start(() -> run(Integer.MAX_VALUE)));
    }
    for (int i = 0; i < ANEW; i++) {
      threads.add(Thread.ofVirtual().name("anew").start(() -> run(REQUESTS_EACH)));
    }
  }

  private void run(int each) {
    while (!stopped.get()) {
      try (SSLSocket socket = connect(port, identity.get())) {
        connections.incrementAndGet();
        for (int i = 0; i < each && !stopped.get(); i++) {
          ask(socket);
          requests.incrementAndGet();
          LockSupport.parkNanos(PACE.toNanos());
        }
      } catch (IOException e) {
        failures.add(
            Thread.currentThread().getName() + " after " + requests.get() + " requests: " + e);
      }
    }
  }

  /** A connection whose handshake is over. */
  static SSLSocket connect(int port, SSLContext identity) throws IOException {
    SSLSocket socket = (SSLSocket) identity.getSocketFactory().createSocket(Peer.ADDRESS, port);
    socket.setSoTimeout(BOUND_MILLIS);
    socket.startHandshake();
    return socket;
  }

  /** A request on it; anything but a 200 with all of its body is an error. */
  static void ask(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.US_ASCII);
    Matcher length = LENGTH.matcher(text);
    if (!text.startsWith("HTTP/1.1 200 ") || !length.find()) {
      throw new IOException("answer " + text);
    }
    int expected = Integer.parseInt(length.group(1));
    if (in.readNBytes(expected).length != expected) {
      throw new IOException("the body is cut off");
    }
  }

  long requests() {
    return requests.get();
  }

  /** How many connections there were. */
  long connections() {
    return connections.get();
  }

  /** How many there are when none of those that are kept was lost, without those made anew. */
  static int kept() {
    return KEEP;
  }

  List<String> failures() {
    return failures;
  }

  @Override
  public void close() throws InterruptedException {
    stopped.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
