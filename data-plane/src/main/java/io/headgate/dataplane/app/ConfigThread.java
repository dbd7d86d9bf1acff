package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.ConfigTimers;
import io.headgate.dataplane.xds.thread.ScheduledXdsThread;
import io.headgate.dataplane.xds.thread.XdsThread;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread that owns all config: the discovery client's and the runtime's in one, so that an
 * update is judged, built and answered without a hand-over.
 */
final class ConfigThread implements AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;
  private final XdsThread xds;

  ConfigThread() {
    executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("headgate-config").daemon(true).factory());
    executor.setRemoveOnCancelPolicy(true);
    xds = new ScheduledXdsThread(executor);
  }

  XdsThread xds() {
    return xds;
  }

  ScheduledExecutorService executor() {
    return executor;
  }

  ConfigTimers timers() {
    return (Duration delay, Runnable task) -> xds.schedule(delay, task)::cancel;
  }

  void execute(Runnable task) {
    xds.execute(task);
  }

  /** Runs the task there and waits for it; never to be called on the thread itself. */
  <T> T call(Callable<T> task) throws InterruptedException {
    try {
      return executor.submit(task).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      var _ = executor.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
