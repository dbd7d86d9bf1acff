package io.headgate.controlplane.store;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a receiver in step with etcd over every kind of failure.
 *
 * <pre>
 *   CONNECTING --answers, known or first--> LIVE --watch ends, canary lost--> CONNECTING
 *   CONNECTING --other incarnation, lower revision, hold key--> HELD --operator decided--> LIVE
 * </pre>
 *
 * <p>Every connection begins with the comparison of incarnation and revision: a watch from a
 * revision that a wiped etcd has not reached waits without a word. While it is live a canary key is
 * written, and its event must come back in time.
 *
 * <p>Thread: all methods without another word run on {@code loop}, which also calls the receiver.
 */
public final class FleetWatch implements AutoCloseable {
  /** The key that says why nothing of etcd is applied. */
  public static final String HOLD_KEY = "holds/etcd";

  private static final Logger LOG = LoggerFactory.getLogger(FleetWatch.class);
  private static final int MAX_BACKLOG = 10_000;

  private final EtcdConfig config;
  private final WatchTiming timing;
  private final ScheduledExecutorService loop;
  private final WatchReceiver receiver;
  private final IncarnationGate gate;
  private final Clock clock = Clock.systemUTC();
  private final AtomicInteger backlog = new AtomicInteger();
  private final Canary canary;

  private volatile @Nullable EtcdConnection connection;
  private volatile StoreState state;
  private volatile boolean closed;
  private @Nullable AutoCloseable watcher;
  private int epoch;
  private int failures;
  private boolean inStep;
  private @Nullable ScheduledFuture<?> attempt;

  public FleetWatch(
      EtcdConfig config,
      WatchTiming timing,
      String replicaId,
      ScheduledExecutorService loop,
      WatchReceiver receiver) {
    this.config = config;
    this.timing = timing;
    this.loop = loop;
    this.receiver = receiver;
    this.gate = new IncarnationGate(receiver, clock);
    this.canary = new Canary("control-planes/canary/" + replicaId, timing, loop, this::restart);
    this.state = new StoreState.Connecting(clock.instant(), "not connected yet");
  }

  /** Begins to connect. Any thread. */
  public void start() {
    loop.execute(this::connect);
  }

  /** The connection in use; empty while etcd does not answer. Any thread. */
  public Optional<EtcdConnection> connection() {
    return Optional.ofNullable(connection);
  }

  /** Any thread. */
  public StoreState state() {
    return state;
  }

  /** Ends the watch and the connection. Any thread; must come before the loop is shut down. */
  @Override
  public void close() {
    closed = true;
    try {
      loop.execute(this::disconnect);
    } catch (RejectedExecutionException e) {
      LOG.debug("the loop is closed already");
    }
  }

  private void connect() {
    if (closed) {
      return;
    }
    try {
      EtcdConnection current = connection;
      if (current == null) {
        current = EtcdConnection.open(config);
      }
      IncarnationGate.Verdict verdict = gate.check(current);
      connection = current;
      failures = 0;
      switch (verdict) {
        case IncarnationGate.Verdict.Go(String incarnation) -> goLive(current, incarnation);
        case IncarnationGate.Verdict.Wait(String reason) -> {
          enter(new StoreState.Connecting(clock.instant(), reason));
          again(timing.retryMax());
        }
        case IncarnationGate.Verdict.Hold(String reason) -> {
          inStep = false;
          enter(new StoreState.Held(clock.instant(), reason));
          again(timing.retryMax());
        }
      }
    } catch (StoreUnavailableException e) {
      restart(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("the watch failed in a way nobody foresaw", e);
      restart(String.valueOf(e));
    }
  }

  private void goLive(EtcdConnection current, String incarnation) throws StoreUnavailableException {
    Optional<WatchReceiver.Position> position = receiver.position();
    boolean resumes =
        inStep && position.isPresent() && position.get().incarnation().equals(incarnation);
    if (!resumes) {
      receiver.listed(incarnation, current.list(KEYS));
      inStep = true;
    }
    long from = receiver.position().orElseThrow().revision() + 1;
    epoch++;
    watcher = current.watch(from, new Sink(epoch));
    enter(new StoreState.Live(clock.instant(), incarnation));
    canary.begin(current);
  }

  /** What a listing reads: all but the audit and the previous values, which nobody compiles. */
  private static final List<String> KEYS =
      List.of(
          Incarnation.KEY,
          "config/",
          "accepted/",
          "hosts/",
          "overrides/",
          "weights/",
          "holds/",
          "control-planes/");

  private void apply(int ofEpoch, long revision, List<Change> changes) {
    if (ofEpoch != epoch) {
      return;
    }
    canary.see(changes);
    try {
      receiver.changed(revision, changes);
    } catch (RuntimeException e) {
      LOG.error("revision {} could not be applied; listing everything again", revision, e);
      inStep = false;
      restart("applying revision " + revision + " failed: " + e);
      return;
    }
    for (Change change : changes) {
      if (looksAgain(change.key())) {
        // Another replica holds, or an operator decided: look again before applying anything more.
        restart("the key " + change.key() + " changed");
        return;
      }
    }
  }

  private static boolean looksAgain(String key) {
    return key.equals(Incarnation.KEY) || key.equals(HOLD_KEY);
  }

  private void ended(int ofEpoch, boolean compacted, String reason) {
    if (ofEpoch != epoch) {
      return;
    }
    if (compacted) {
      inStep = false;
    }
    restart(reason);
  }

  private void restart(String reason) {
    disconnect();
    if (closed) {
      return;
    }
    enter(new StoreState.Connecting(clock.instant(), reason));
    long cap =
        Math.min(
            timing.retryMax().toMillis(), timing.retryMin().toMillis() << Math.min(failures, 10));
    failures++;
    again(Duration.ofMillis(ThreadLocalRandom.current().nextLong(cap + 1)));
  }

  private void again(Duration pause) {
    attempt = loop.schedule(this::connect, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void disconnect() {
    epoch++;
    if (attempt != null) {
      attempt.cancel(false);
    }
    canary.end();
    EtcdConnection current = connection;
    connection = null;
    try {
      if (watcher != null) {
        watcher.close();
        watcher = null;
      }
    } catch (Exception e) {
      LOG.debug("closing the watch", e);
    }
    if (current != null) {
      current.close();
    }
  }

  private void enter(StoreState next) {
    StoreState before = state;
    if (before.getClass() == next.getClass() && before.reason().equals(next.reason())) {
      return;
    }
    StoreState entered = next;
    if (before instanceof StoreState.Connecting was
        && next instanceof StoreState.Connecting(var _, String reason)) {
      entered = new StoreState.Connecting(was.since(), reason);
    }
    state = entered;
    switch (entered) {
      case StoreState.Live live -> LOG.info("etcd state=live incarnation={}", live.incarnation());
      case StoreState.Connecting away ->
          LOG.warn("etcd state=connecting since={} reason=\"{}\"", away.since(), away.reason());
      case StoreState.Held held -> LOG.error("etcd state=held reason=\"{}\"", held.reason());
    }
    receiver.stateChanged(entered);
  }

  /** What the library handed over at once. */
  private record Events(long revision, List<Change> changes) {}

  /**
   * Carries events from the library's thread to the loop; gives up when the loop falls too far
   * behind.
   */
  private final class Sink implements EtcdConnection.WatchSink {
    private final int ofEpoch;
    private final Queue<Events> waiting = new ConcurrentLinkedQueue<>();

    Sink(int ofEpoch) {
      this.ofEpoch = ofEpoch;
    }

    @Override
    public void next(long revision, List<Change> changes) {
      if (backlog.incrementAndGet() > MAX_BACKLOG) {
        backlog.decrementAndGet();
        ended(false, "the loader fell behind the watch");
        return;
      }
      waiting.add(new Events(revision, changes));
      onLoop(this::takeAll);
    }

    /**
     * Applies all that came meanwhile as one: what follows is paid once, not once an event. A key
     * that changed twice is applied twice, and nothing goes together with what comes after a key
     * that makes the watch look again.
     */
    private void takeAll() {
      Map<String, Change> changes = new LinkedHashMap<>();
      long revision = 0;
      for (Events next = waiting.poll(); next != null; next = waiting.poll()) {
        backlog.decrementAndGet();
        boolean apart =
            next.changes().stream()
                .map(Change::key)
                .anyMatch(key -> changes.containsKey(key) || looksAgain(key));
        if (apart && revision > 0) {
          apply(ofEpoch, revision, List.copyOf(changes.values()));
          changes.clear();
        }
        if (apart) {
          apply(ofEpoch, next.revision(), next.changes());
          revision = 0;
          continue;
        }
        next.changes().forEach(change -> changes.put(change.key(), change));
        revision = next.revision();
      }
      if (revision > 0) {
        apply(ofEpoch, revision, List.copyOf(changes.values()));
      }
    }

    @Override
    public void ended(boolean compacted, String reason) {
      onLoop(() -> FleetWatch.this.ended(ofEpoch, compacted, reason));
    }

    private void onLoop(Runnable task) {
      try {
        loop.execute(task);
      } catch (RejectedExecutionException e) {
        LOG.debug("the loop is closed");
      }
    }
  }
}
