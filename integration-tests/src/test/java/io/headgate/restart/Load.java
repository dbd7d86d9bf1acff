package io.headgate.restart;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Some clients of one kind that send until they are stopped; every failure is kept. Thread: any.
 */
final class Load implements AutoCloseable {
  private static final int MOST_FAILURES = 1000;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failed = new AtomicInteger();
  private final LongAdder answered = new LongAdder();
  private volatile boolean stopped;

  Load(String name, int clients, Client.Maker maker, InetSocketAddress address) {
    for (int i = 0; i < clients; i++) {
      threads.add(
          Thread.ofPlatform().name(name + "-" + i).start(() -> run(name, maker.to(address))));
    }
  }

  private void run(String name, Client client) {
    try (client) {
      while (!stopped && failed.get() < MOST_FAILURES) {
        try {
          client.send(answered::add);
        } catch (IOException e) {
          failed.incrementAndGet();
          failures.add(name + ": " + e);
          client.close();
        }
      }
    } catch (IOException e) {
      failures.add(name + ": " + e);
    }
  }

  long answered() {
    return answered.sum();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Lets every client read the answers that it awaits. */
  @Override
  public void close() {
    stopped = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
