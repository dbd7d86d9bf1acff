package io.headgate.dataplane.xds.thread;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link XdsThread} over a single-thread scheduled executor. A task that throws is logged and
 * the thread goes on; tasks that come after the executor was shut down are dropped.
 */
public final class ScheduledXdsThread implements XdsThread {
  private static final Logger log = LoggerFactory.getLogger(ScheduledXdsThread.class);

  private final ScheduledExecutorService executor;

  /** The executor must have exactly one thread; its owner shuts it down. */
  public ScheduledXdsThread(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      log.debug("task dropped: the xds thread has ended");
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant now() {
    return Clock.systemUTC().instant();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("a task of the xds thread failed", e);
    }
  }
}
