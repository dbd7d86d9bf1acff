package io.headgate.controlplane.discovery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

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
  private final Consumer<RuntimeException> onFailure;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  /**
   * Tasks of one stream.
   *
   * @param onFailure told of a task that failed; runs in its place
   */
  SerialTasks(Executor shared, Consumer<RuntimeException> onFailure) {
    this.shared = shared;
    this.onFailure = onFailure;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (size.getAndIncrement() == 0) {
      submit();
    }
  }

  private void submit() {
    try {
      shared.execute(this::run);
    } catch (RejectedExecutionException e) {
      tasks.clear(); // the process is going down, and the stream with it
    }
  }

  private void run() {
    for (int done = 1; ; done++) {
      Runnable task = tasks.poll();
      if (task != null) {
        try {
          task.run();
        } catch (RuntimeException e) {
          onFailure.accept(e);
        }
      }
      if (size.decrementAndGet() == 0) {
        return;
      }
      if (done == TURN) {
        submit();
        return;
      }
    }
  }
}
