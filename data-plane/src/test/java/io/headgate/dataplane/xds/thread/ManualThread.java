package io.headgate.dataplane.xds.thread;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** An xds thread whose time stands still until the test moves it. */
public final class ManualThread implements XdsThread {
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final List<Task> waiting = new ArrayList<>();
  private long nanos;
  private long order;

  private record Task(long at, long order, Runnable run) {}

  @Override
  public void execute(Runnable task) {
    ready.add(task);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Instant now() {
    return EPOCH.plusNanos(nanos);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Task waits = new Task(nanos + delay.toNanos(), order++, task);
    waiting.add(waits);
    return () -> waiting.remove(waits);
  }

  /** Runs what is due now. */
  public void settle() {
    while (!ready.isEmpty()) {
      ready.removeFirst().run();
    }
  }

  /** Lets this much time pass, running each task at its time. */
  public void advance(Duration time) {
    long end = nanos + time.toNanos();
    settle();
    while (true) {
      Task next =
          waiting.stream()
              .filter(task -> task.at() <= end)
              .min(Comparator.comparingLong(Task::at).thenComparingLong(Task::order))
              .orElse(null);
      if (next == null) {
        break;
      }
      waiting.remove(next);
      nanos = next.at();
      next.run().run();
      settle();
    }
    nanos = end;
  }
}
