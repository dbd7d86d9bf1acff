package io.headgate.soak;

import io.headgate.soak.BrokenException.Stage;
import io.headgate.soak.Exchange.Break;
import io.headgate.soak.Exchange.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** All clients, each on a thread of its own, until they are stopped. */
final class Traffic implements AutoCloseable {
  static final String HTTP1 = "HTTP/1";
  static final String HTTP2 = "HTTP/2";
  static final String TUNNEL1 = "WebSocket over HTTP/1";
  static final String TUNNEL2 = "WebSocket over HTTP/2";
  static final String STEADY = "WebSocket for the whole time";

  private static final int CLIENTS1 = 6;
  private static final int CLIENTS2 = 3;
  private static final int STREAMS = 4;
  private static final int SESSIONS = 2;
  private static final int PAUSE_NANOS = 30_000_000;
  private static final int LONGEST_NANOS = 1_500_000_000;

  private final Tally tally;
  private final InetSocketAddress main;
  private final InetSocketAddress steady;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * Begins.
   *
   * @param main the listener that changes
   * @param steady the listener that stays as it is
   */
  Traffic(Tally tally, InetSocketAddress main, InetSocketAddress steady) {
    this.tally = tally;
    this.main = main;
    this.steady = steady;
    for (int i = 0; i < CLIENTS1; i++) {
      Client client = new H1Client(main);
      start("h1-" + i, (name, random) -> exchanges(HTTP1, name, client, random));
      clients.add(client);
    }
    for (int i = 0; i < CLIENTS2; i++) {
      Client client = new H2Client(main);
      for (int stream = 0; stream < STREAMS; stream++) {
        start("h2-" + i + "-" + stream, (name, random) -> exchanges(HTTP2, name, client, random));
      }
      clients.add(client);
    }
    H2Client tunnels = new H2Client(main);
    clients.add(tunnels);
    for (int i = 0; i < SESSIONS; i++) {
      start(
          "ws-1-" + i, (name, random) -> sessions(TUNNEL1, name, id -> upgrade(main, id), random));
      start(
          "ws-2-" + i,
          (name, random) -> sessions(TUNNEL2, name, id -> tunnels.tunnel("/ws", id), random));
      start("steady-" + i, this::whole);
    }
  }

  /** What one thread does. */
  @FunctionalInterface
  private interface Work {
    void run(String name, RandomGenerator random);
  }

  private void start(String name, Work work) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    threads.add(Thread.ofPlatform().name(name).start(() -> work.run(name, random)));
  }

  private boolean isGoingOn() {
    return !stopped && !tally.hasEnough();
  }

  private static Pipe upgrade(InetSocketAddress address, String id) throws IOException {
    return WebSocketClient.upgrade(SocketPipe.connect(address), "/ws", id);
  }

  private void exchanges(String protocol, String name, Client client, RandomGenerator random) {
    for (int i = 0; isGoingOn(); i++) {
      Exchange exchange = Exchange.draw(name + "-" + i, random);
      long from = System.nanoTime();
      try {
        client.exchange(exchange);
        if (exchange.kind() == Kind.ABORT) {
          failed(protocol, exchange, from, new BrokenException(Stage.WRONG, "passed as whole"));
        } else if (exchange.point() != Break.NEVER) {
          tally.reset();
        } else {
          tally.answered(protocol);
        }
      } catch (BrokenException e) {
        if (exchange.kind() == Kind.ABORT && e.stage() != Stage.WRONG) {
          tally.aborted();
        } else {
          failed(protocol, exchange, from, e);
        }
      }
      LockSupport.parkNanos(random.nextInt(PAUSE_NANOS));
    }
  }

  private void failed(String protocol, Exchange exchange, long from, BrokenException e) {
    boolean retriable = exchange.kind() == Kind.BYTES;
    failed(protocol, exchange.id(), retriable, from, e);
  }

  private void failed(String protocol, String id, boolean retriable, long from, BrokenException e) {
    tally.failed(
        new Failure(
            protocol, id, retriable, e.stage(), e.getMessage() + "", from, System.nanoTime()));
  }

  private void sessions(
      String protocol, String name, WebSocketClient.Opener opener, RandomGenerator random) {
    WebSocketClient client = new WebSocketClient(opener, tally, random);
    for (int i = 0; isGoingOn(); i++) {
      boolean resets = random.nextInt(8) == 0;
      session(protocol, name + "-" + i, client, random.nextInt(LONGEST_NANOS), resets);
    }
  }

  private void session(
      String protocol, String id, WebSocketClient client, long nanos, boolean resets) {
    long from = System.nanoTime();
    try {
      client.session(id, () -> isGoingOn() && pause() && System.nanoTime() - from < nanos, resets);
      if (resets) {
        tally.reset();
      } else {
        tally.answered(protocol);
      }
    } catch (BrokenException e) {
      failed(protocol, id, false, from, e);
    }
  }

  private static boolean pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
    return true;
  }

  /** One tunnel that lives as long as the test. */
  private void whole(String name, RandomGenerator random) {
    WebSocketClient client = new WebSocketClient(id -> upgrade(steady, id), tally, random);
    session(STEADY, name, client, Long.MAX_VALUE, false);
  }

  /** Lets every client end what it has begun. */
  @Override
  public void close() throws IOException, InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (Client client : clients) {
      client.close();
    }
  }
}
