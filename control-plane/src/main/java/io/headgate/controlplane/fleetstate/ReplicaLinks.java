package io.headgate.controlplane.fleetstate;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.headgate.proto.fleet.v1.ReplicaExchangeGrpc;
import io.headgate.proto.fleet.v1.ReplicaUpdate;
import io.headgate.proto.fleet.v1.WatchRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's watches of all others: one link for each member, opened again with full jitter
 * when it breaks, closed when the member leaves.
 *
 * <pre>
 *   member joins ──▶ watching ──stream ends, or silent for 5 s──▶ waiting ──jitter──▶ watching
 *                        └──────────── member leaves ─────────▶ closed
 * </pre>
 *
 * <p>Thread: everything runs on the given scheduler, which runs one task at a time.
 */
public final class ReplicaLinks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaLinks.class);
  private static final long SILENCE_MILLIS = 5_000;
  private static final long BASE_BACKOFF_MILLIS = 200;
  private static final long MAX_BACKOFF_MILLIS = 5_000;

  private final Fleet fleet;
  private final LoadBoard load;
  private final Function<String, ManagedChannel> channels;
  private final RandomGenerator random;
  private final ScheduledExecutorService scheduler;
  private final Map<String, Link> links = new HashMap<>();
  private boolean closed;

  /**
   * @param channels opens a channel to a "host:port"
   */
  public ReplicaLinks(
      Fleet fleet,
      LoadBoard load,
      Function<String, ManagedChannel> channels,
      RandomGenerator random,
      ScheduledExecutorService scheduler) {
    this.fleet = fleet;
    this.load = load;
    this.channels = channels;
    this.random = random;
    this.scheduler = scheduler;
  }

  /**
   * The replicas that exist now.
   *
   * @param members internal address by replica id; this replica's own entry is left out
   */
  public void members(Map<String, String> members) {
    Map<String, String> others = new HashMap<>(members);
    others.remove(fleet.replicaId());
    scheduler.execute(() -> apply(others));
  }

  /** Ends all links; must come before the scheduler is shut down. */
  @Override
  public void close() {
    if (!scheduler.isShutdown()) {
      scheduler.execute(() -> {
        closed = true;
        apply(Map.of());
      });
    }
  }

  private void apply(Map<String, String> others) {
    links
        .values()
        .removeIf(link -> {
          boolean stays = link.address.equals(others.get(link.id));
          if (!stays) {
            link.close();
          }
          return !stays;
        });
    if (closed) {
      return;
    }
    others.forEach((id, address) -> {
      if (!links.containsKey(id)) {
        fleet.replicaKnown(id, address);
        Link link = new Link(id, address);
        links.put(id, link);
        link.open();
      }
    });
  }

  /** One replica. */
  private final class Link {
    private final String id;
    private final String address;
    private final ManagedChannel channel;
    private boolean gone;
    private int attempts;
    private long updates;
    private Context.@Nullable CancellableContext call;

    Link(String id, String address) {
      this.id = id;
      this.address = address;
      this.channel = channels.apply(address);
    }

    void open() {
      if (gone) {
        return;
      }
      Context.CancellableContext context = Context.ROOT.withCancellation();
      call = context;
      context.run(() ->
          ReplicaExchangeGrpc.newStub(channel)
              .watch(
                  WatchRequest.newBuilder().setReplicaId(fleet.replicaId()).build(),
                  new Updates(this, context)));
      watchSilence(context, updates);
    }

    void received(ReplicaUpdate update) {
      if (updates++ == 0 || attempts > 0) {
        LOG.info("event=replica_connected replica={} address={}", id, address);
      }
      attempts = 0;
      ReplicaUpdateView view = ExchangeCodec.decode(update);
      fleet.replicaUpdated(id, view);
      view.load().forEach(window -> load.remote(id, window));
    }

    /** The stream ended: says so once, waits and tries again. */
    void broken(Context.CancellableContext context, String reason) {
      if (gone || call != context) {
        return;
      }
      call = null;
      context.cancel(null);
      if (attempts == 0) {
        LOG.warn("event=replica_lost replica={} address={} reason=\"{}\"", id, address, reason);
      }
      fleet.replicaLost(id);
      long ceiling = Math.min(MAX_BACKOFF_MILLIS, BASE_BACKOFF_MILLIS << Math.min(attempts++, 10));
      var _ = scheduler.schedule(this::open, random.nextLong(ceiling + 1), TimeUnit.MILLISECONDS);
    }

    private void watchSilence(Context.CancellableContext context, long heardBefore) {
      var _ =
          scheduler.schedule(
              () -> {
                if (gone || call != context) {
                  return;
                }
                if (updates == heardBefore) {
                  broken(context, "silent for " + SILENCE_MILLIS + " ms");
                } else {
                  watchSilence(context, updates);
                }
              },
              SILENCE_MILLIS,
              TimeUnit.MILLISECONDS);
    }

    void close() {
      gone = true;
      Context.CancellableContext open = call;
      if (open != null) {
        open.cancel(null);
      }
      channel.shutdownNow();
      fleet.replicaLost(id);
    }
  }

  /** Brings what a stream says over to the scheduler. */
  private final class Updates implements StreamObserver<ReplicaUpdate> {
    private final Link link;
    private final Context.CancellableContext context;

    Updates(Link link, Context.CancellableContext context) {
      this.link = link;
      this.context = context;
    }

    @Override
    public void onNext(ReplicaUpdate update) {
      later(() -> link.received(update));
    }

    @Override
    public void onError(Throwable failure) {
      later(() -> link.broken(context, String.valueOf(failure.getMessage())));
    }

    @Override
    public void onCompleted() {
      later(() -> link.broken(context, "ended by the replica"));
    }

    private void later(Runnable task) {
      if (!scheduler.isShutdown()) {
        scheduler.execute(task);
      }
    }
  }
}
