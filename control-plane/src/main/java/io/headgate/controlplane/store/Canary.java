package io.headgate.controlplane.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a key and expects its event: the only proof that a watch still carries anything.
 *
 * <p>The library's watch can hang without an error (an invalid token, isolation together with a
 * compaction).
 *
 * <p>Thread: the watch's loop.
 */
final class Canary {
  private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

  private final String key;
  private final WatchTiming timing;
  private final ScheduledExecutorService loop;
  private final Consumer<String> lost;

  private @Nullable EtcdConnection connection;
  private @Nullable CompletableFuture<Long> outcome;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable ScheduledFuture<?> deadline;
  private long sequence;

  Canary(String key, WatchTiming timing, ScheduledExecutorService loop, Consumer<String> lost) {
    this.key = key;
    this.timing = timing;
    this.loop = loop;
    this.lost = lost;
  }

  void begin(EtcdConnection over) {
    connection = over;
    write();
  }

  void end() {
    connection = null;
    cancel(next);
    cancel(deadline);
    cancel(outcome);
  }

  void see(List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof Change.Put(StoredValue value)
          && value.key().equals(key)
          && value.value().equals(Long.toString(sequence))) {
        cancel(deadline);
        cancel(next);
        next =
            loop.schedule(this::write, timing.canaryInterval().toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void write() {
    EtcdConnection over = connection;
    if (over == null) {
      return;
    }
    sequence++;
    long written = sequence;
    deadline =
        loop.schedule(
            () -> fail(written, "the event of the canary did not come"),
            timing.canaryLimit().toMillis(),
            TimeUnit.MILLISECONDS);
    outcome =
        over.put(key, Long.toString(written), 0)
            .exceptionally(error -> {
              refused(written, "etcd did not take the canary: " + error.getMessage());
              return 0L;
            });
  }

  private void refused(long written, String reason) {
    try {
      loop.execute(() -> fail(written, reason));
    } catch (RejectedExecutionException e) {
      LOG.debug("the loop is closed, and with it the watch");
    }
  }

  private void fail(long written, String reason) {
    if (connection != null && written == sequence) {
      lost.accept(reason);
    }
  }

  private static void cancel(@Nullable Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }
}
