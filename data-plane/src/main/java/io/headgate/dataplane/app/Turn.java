package io.headgate.dataplane.app;

import io.headgate.dataplane.listener.handover.HandoverException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The turn of this process among those that serve one after the other: what only one of them may do
 * at a time begins when it is alone, and ends when a successor is ready.
 *
 * <pre>
 *   take ──nobody there──────────────▶ live ──▶ alone ──successor ready──▶ leave ──▶ handed over
 *     └──sockets inherited──▶ live ──▶ ready ──other left──▶ alone
 *                                        └──other refused──▶ failed
 * </pre>
 *
 * <p>Without a {@link Succession} it is alone from the first.
 *
 * <p>Thread: the config thread, where a method says no other.
 */
final class Turn implements AutoCloseable {
  private final @Nullable Succession succession;
  private final ServerStatus status;
  private final Discovery discovery;
  private final ListenerSockets sockets;
  private final AdminPort admin;
  private final ConfigThread config;
  private final Supplier<CompletableFuture<Void>> leave;
  private final CompletableFuture<Void> alone = new CompletableFuture<>();
  private final CompletableFuture<Void> handedOver = new CompletableFuture<>();
  private final CompletableFuture<ExitCode> failed = new CompletableFuture<>();

  /** Whether there is another process to be told that this one is ready, and it was not yet. */
  private volatile boolean owesWord;

  /**
   * @param leave ends what only one process may do; completes when it is over
   */
  Turn(
      @Nullable Succession succession,
      ServerStatus status,
      Discovery discovery,
      ListenerSockets sockets,
      AdminPort admin,
      ConfigThread config,
      Supplier<CompletableFuture<Void>> leave) {
    this.succession = succession;
    this.status = status;
    this.discovery = discovery;
    this.sockets = sockets;
    this.admin = admin;
    this.config = config;
    this.leave = leave;
  }

  /**
   * Takes the sockets of the process that runs, if one does. Blocks. Thread: any, before the start.
   *
   * @return whether there is one
   * @throws HandoverException when there is, and it refuses
   */
  boolean take() throws HandoverException, InterruptedException {
    owesWord = succession != null && succession.take();
    return owesWord;
  }

  /** The sockets are open: a process that follows nobody is alone. */
  void live() {
    if (!owesWord) {
      begin();
    }
  }

  /** Tells the other process, once, when there is valid config in force. */
  void tellIfReady() {
    Succession other = succession;
    if (owesWord
        && other != null
        && status.state() == ServerStatus.State.LIVE
        && !other.usesNothing()) {
      owesWord = false;
      var _ = other.ready().thenAccept(this::onTakenOver);
    }
  }

  /** Thread: one of its own, which may block. */
  private void onTakenOver(boolean isAlone) {
    if (!isAlone) {
      var _ = failed.complete(ExitCode.HANDOVER);
      return;
    }
    config.execute(this::begin);
    admin.openWhenFree();
  }

  private void begin() {
    discovery.saveFromNow();
    if (succession != null) {
      succession.offer(
          sockets,
          leave,
          () -> {
            var _ = handedOver.complete(null);
          });
    }
    var _ = alone.complete(null);
  }

  /** Completes when this process serves alone. Thread: any. */
  CompletableFuture<Void> alone() {
    return alone;
  }

  /** Completes when a successor has taken over. Thread: any. */
  CompletableFuture<Void> handedOver() {
    return handedOver;
  }

  /** Completes when the other process goes on instead of this one. Thread: any. */
  CompletableFuture<ExitCode> failed() {
    return failed;
  }

  /** Nothing is handed over any longer, and nothing taken. Thread: any. */
  @Override
  public void close() {
    if (succession != null) {
      succession.close();
    }
  }
}
