package io.headgate.dataplane.app;

import io.headgate.dataplane.listener.BoundSocket;
import io.headgate.dataplane.listener.OpenListener;
import io.headgate.dataplane.listener.handover.HandoverException;
import io.headgate.dataplane.listener.handover.HandoverGiver;
import io.headgate.dataplane.listener.handover.HandoverTaker;
import io.headgate.dataplane.listener.handover.Lot;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of this process in the row of those that serve one after the other at the same sockets.
 *
 * <pre>
 *   start ──nobody there──────────────────────────▶ ALONE ──offer──▶ asked by a successor ──▶ leaves
 *     └──sockets inherited──▶ ready ──other left────▶ ALONE
 *                               └──other refused──▶ ends
 * </pre>
 *
 * <p>Thread: any; the order is the caller's.
 */
final class Succession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Succession.class);

  private final Path path;
  private final EventLoop loop;
  private final InheritedSockets inherited;
  private final Counter taken;
  private final Counter given;
  private final Counter failed;
  private volatile @Nullable HandoverTaker taker;
  private volatile @Nullable HandoverGiver giver;
  private volatile boolean closed;

  /**
   * Prepares; opens nothing.
   *
   * @param loop on which the listening sockets live
   * @throws IllegalArgumentException when this system can't hand sockets over
   */
  Succession(Path path, EventLoop loop, InheritedSockets inherited, Meters meters) {
    if (!Epoll.isAvailable()) {
      throw new IllegalArgumentException(
          Flag.HANDOVER_PATH.longName() + ": needs epoll, which this system does not have");
    }
    this.path = path;
    this.loop = loop;
    this.inherited = inherited;
    Scope scope = meters.scope("handover").own();
    taken = scope.counter("taken_total");
    given = scope.counter("given_total");
    failed = scope.counter("failed_total");
  }

  /**
   * Takes the sockets of the process that runs, if one does. Blocks.
   *
   * @return whether there is one
   * @throws HandoverException when there is, and it refuses
   */
  boolean take() throws HandoverException, InterruptedException {
    HandoverTaker found = HandoverTaker.take(loop, path).orElse(null);
    if (found == null) {
      return false;
    }
    taker = found;
    inherited.inherit(found.inheritance());
    log.atInfo()
        .addKeyValue("path", path)
        .addKeyValue("sockets", found.inheritance().unclaimed())
        .log("listening sockets are taken over");
    return true;
  }

  /** Whether sockets were handed over of which this process uses none: it is not what was meant. */
  boolean usesNothing() {
    HandoverTaker from = taker;
    return from != null && from.inheritance().claimed() == 0 && from.inheritance().unclaimed() > 0;
  }

  /**
   * Tells the other process that this one serves.
   *
   * @return completes when this process is the only one: true; or when the other one goes on: false
   */
  CompletableFuture<Boolean> ready() {
    HandoverTaker from = taker;
    if (from == null) {
      return CompletableFuture.completedFuture(true);
    }
    from.ready();
    return from.ended().thenApplyAsync(ending -> isAlone(from, ending), this::onOwnThread);
  }

  private boolean isAlone(HandoverTaker from, HandoverTaker.Ending ending) {
    boolean alone =
        switch (ending) {
          case LEFT -> true;
          case REFUSED -> false;
          case BROKEN -> !someoneListens();
        };
    log.atInfo()
        .addKeyValue("ending", ending)
        .addKeyValue("unwanted", from.inheritance().unclaimed())
        .log(alone ? "this process serves alone now" : "the other process goes on");
    from.close();
    if (alone) {
      taken.add();
    } else {
      failed.add();
    }
    return alone;
  }

  private boolean someoneListens() {
    try {
      return HandoverTaker.take(loop, path).map(this::closed).orElse(false);
    } catch (HandoverException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private boolean closed(HandoverTaker probe) {
    probe.close();
    return true;
  }

  private void onOwnThread(Runnable task) {
    Thread.ofPlatform().name("headgate-handover").daemon(true).start(task);
  }

  /** Offers this process's sockets to a successor. Blocks shortly. */
  void offer(ListenerSockets sockets, Supplier<CompletableFuture<Void>> leave, Runnable left) {
    onOwnThread(() -> {
      try {
        HandoverGiver opened = HandoverGiver.listen(loop, path, new Offered(sockets, leave, left));
        giver = opened;
        if (closed) {
          opened.close();
        }
      } catch (IOException e) {
        log.atError()
            .addKeyValue("path", path)
            .addKeyValue("reason", e.getMessage())
            .log("no process can take over from this one");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  /** Hands nothing over any longer, and takes nothing. */
  @Override
  public void close() {
    closed = true;
    HandoverGiver offering = giver;
    if (offering != null) {
      giver = null;
      offering.close();
    }
    HandoverTaker from = taker;
    if (from != null) {
      from.close();
    }
  }

  /** What a successor finds here. */
  private final class Offered implements HandoverGiver.Estate {
    private final ListenerSockets sockets;
    private final Supplier<CompletableFuture<Void>> leave;
    private final Runnable left;

    Offered(ListenerSockets sockets, Supplier<CompletableFuture<Void>> leave, Runnable left) {
      this.sockets = sockets;
      this.leave = leave;
      this.left = left;
    }

    @Override
    public List<Lot> lots() {
      log.atInfo().log("a new process asks for the listening sockets");
      List<Lot> lots = new ArrayList<>();
      for (OpenListener listener : sockets.open().values()) {
        for (BoundSocket socket : listener.sockets()) {
          lots.add(new Lot(socket.boundAddress(), socket.channel()));
        }
      }
      return lots;
    }

    @Override
    public void failed(String reason) {
      failed.add();
      log.atWarn()
          .addKeyValue("reason", reason)
          .log("a handover came to nothing, this process goes on");
    }

    @Override
    public CompletableFuture<Void> leave() {
      log.atInfo().log("the new process is ready, this one stops accepting");
      HandoverGiver offering = giver;
      if (offering != null) {
        giver = null;
        offering.leave();
      }
      return leave.get();
    }

    @Override
    public void left() {
      given.add();
      left.run();
    }
  }
}
