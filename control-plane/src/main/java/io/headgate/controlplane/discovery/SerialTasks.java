package io.headgate.controlplane.discovery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one stream's tasks one after the other on a shared executor, giving way to other streams
 * after a few.
 *
 * <p>Thread: any may submit.
 */
final class SerialTasks implements Executor {
  /** Tasks in a row before other streams get their turn. */
  private static final int TURN = 16;

  private final Executor shared;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  SerialTasks(Executor shared) {
    this.shared = shared;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (size.getAndIncrement() == 0) {
      shared.execute(this::run);
    }
  }

  private void run() {
    for (int done = 1; ; done++) {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
      if (size.decrementAndGet() == 0) {
        return;
      }
      if (done == TURN) {
        shared.execute(this::run);
        return;
      }
    }
  }
}
