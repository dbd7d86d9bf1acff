package io.headgate.dataplane.xds.lastknowngood;

import io.headgate.dataplane.xds.thread.XdsThread;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes to the disk: the first at once, further ones at most one a second, and never two
 * writes at a time. The last change is on disk within two seconds. A write that fails is tried
 * again after five seconds. At the end what waits is written at once.
 *
 * <p>Thread: the xds thread decides; the disk thread writes.
 */
public final class LastKnownGoodWriter {
  private static final Logger log = LoggerFactory.getLogger(LastKnownGoodWriter.class);
  private static final Duration SPACING = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final XdsThread thread;
  private final Executor disk;
  private final LastKnownGoodFiles files;
  private final Supplier<SavedConfig> current;
  private final Consumer<Boolean> outcome;
  private boolean dirty;
  private boolean busy;

  /**
   * @param disk where the blocking write runs, one at a time
   * @param current the accepted config, asked for on the xds thread just before it is written
   * @param outcome told on the xds thread after each write whether it succeeded
   */
  public LastKnownGoodWriter(
      XdsThread thread,
      Executor disk,
      LastKnownGoodFiles files,
      Supplier<SavedConfig> current,
      Consumer<Boolean> outcome) {
    this.thread = thread;
    this.disk = disk;
    this.files = files;
    this.current = current;
    this.outcome = outcome;
  }

  /** The accepted config changed. */
  public void changed() {
    dirty = true;
    if (!busy) {
      write();
    }
  }

  /**
   * Writes what waits for its time at once; to be called once, as the last.
   *
   * @return completes when the last change is on disk, or could not be written
   */
  public CompletableFuture<Void> finish() {
    boolean waits = dirty;
    dirty = false;
    busy = true;
    SavedConfig config = current.get();
    CompletableFuture<Void> finished = new CompletableFuture<>();
    // One thread writes, so this comes after a write that is under way.
    disk.execute(() -> {
      if (waits) {
        var _ = save(config);
      }
      finished.complete(null);
    });
    return finished;
  }

  private void write() {
    dirty = false;
    busy = true;
    SavedConfig config = current.get();
    disk.execute(() -> {
      boolean success = save(config);
      thread.execute(() -> written(success));
    });
  }

  private boolean save(SavedConfig config) {
    try {
      files.save(config);
      return true;
    } catch (IOException | RuntimeException e) {
      log.atWarn()
          .addKeyValue("reason", e.toString())
          .log("the last-known-good file could not be written");
      return false;
    }
  }

  private void written(boolean success) {
    outcome.accept(success);
    dirty |= !success;
    var _ = thread.schedule(success ? SPACING : RETRY, this::rested);
  }

  private void rested() {
    busy = false;
    if (dirty) {
      write();
    }
  }
}
