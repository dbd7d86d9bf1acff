package io.headgate.controlplane.fleetstate;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.headgate.proto.fleet.v1.ReplicaExchangeGrpc;
import io.headgate.proto.fleet.v1.ReplicaUpdate;
import io.headgate.proto.fleet.v1.WatchRequest;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Serves the exchange on the internal address: each watcher gets all of this replica's proxies,
 * then what changes. A watcher that does not read gets nothing in between: the newest states go
 * when it reads again, so it costs no memory.
 *
 * <p>Thread: sends on the given scheduler, which runs one task at a time.
 */
public final class ExchangeService extends ReplicaExchangeGrpc.ReplicaExchangeImplBase {
  private static final long TICK_MILLIS = 100;
  private static final int QUIET_TICKS = 10; // an update at least every second

  private final Fleet fleet;
  private final LoadBoard load;
  private final GroupView groups;
  private final Clock clock;
  private final ScheduledExecutorService scheduler;

  public ExchangeService(
      Fleet fleet,
      LoadBoard load,
      GroupView groups,
      Clock clock,
      ScheduledExecutorService scheduler) {
    this.fleet = fleet;
    this.load = load;
    this.groups = groups;
    this.clock = clock;
    this.scheduler = scheduler;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<ReplicaUpdate> answers) {
    Watcher watcher = new Watcher((ServerCallStreamObserver<ReplicaUpdate>) answers);
    ScheduledFuture<?> ticks =
        scheduler.scheduleWithFixedDelay(watcher, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    watcher.answers.setOnCancelHandler(() -> ticks.cancel(false));
  }

  private final class Watcher implements Runnable {
    private final ServerCallStreamObserver<ReplicaUpdate> answers;
    private boolean first = true;
    private long seen;
    private long seenLoad = load.sequence();
    private int quiet;
    private GroupView.Published published = GroupView.Published.NOTHING;

    Watcher(ServerCallStreamObserver<ReplicaUpdate> answers) {
      this.answers = answers;
    }

    @Override
    public void run() {
      if (answers.isCancelled() || !answers.isReady()) {
        return;
      }
      Fleet.Changes changes = fleet.changesSince(seen);
      List<LoadWindow> windows = load.since(seenLoad);
      GroupView.Published now = groups.published();
      boolean nothing =
          !first
              && changes.sequence() == seen
              && windows.isEmpty()
              && now.equals(published)
              && ++quiet < QUIET_TICKS;
      if (nothing) {
        return;
      }
      answers.onNext(
          ExchangeCodec.encode(
              fleet.replicaId(),
              clock.instant(),
              new ReplicaUpdateView(
                  now, first, changes.proxies(), changes.forgotten(), changes.nacks(), windows)));
      first = false;
      quiet = 0;
      seen = changes.sequence();
      seenLoad += windows.size();
      published = now;
    }
  }
}
