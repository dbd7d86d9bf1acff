package io.headgate.controlplane.feedback;

import io.headgate.controlplane.fleetstate.LoadBoard;
import io.headgate.controlplane.fleetstate.LoadWindow;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.FleetWeight;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns windows every five seconds: ends this replica's, hands it to the others, adds up all of
 * them, and when this replica leads, moves the weights.
 *
 * <p>The factors in force are read from the image each time, so a new leader goes on where the last
 * one stopped.
 *
 * <p>Thread: one of its own; {@link #view} any.
 */
public final class FeedbackRunner implements AutoCloseable {
  /** Length of a window and time between two steps. */
  public static final Duration WINDOW = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(FeedbackRunner.class);

  /** A window of another replica counts for this long. */
  private static final Duration STALE = WINDOW.multipliedBy(2);

  /** Smaller changes than this are not worth a push. */
  private static final double WORTH_WRITING = 0.005;

  private final LoadSums sums;
  private final LoadBoard board;
  private final Supplier<ConfigImage> image;
  private final WeightSink sink;
  private final Clock clock;
  private final Map<String, LoadWindow> remote = new ConcurrentHashMap<>();
  private final Map<ObjectKey, FleetLoop> loops = new HashMap<>();
  private final ScheduledExecutorService thread;
  private volatile LoadView view = LoadView.EMPTY;
  private Instant windowBegan;

  public FeedbackRunner(
      LoadSums sums, LoadBoard board, Supplier<ConfigImage> image, WeightSink sink, Clock clock) {
    this.sums = sums;
    this.board = board;
    this.image = image;
    this.sink = sink;
    this.clock = clock;
    this.windowBegan = clock.instant();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("headgate-feedback").factory());
    board.addListener((replica, window) -> remote.put(replica, window));
  }

  public void start() {
    var _ =
        thread.scheduleAtFixedRate(
            this::turn, WINDOW.toMillis(), WINDOW.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What was last heard of every host, over all replicas. */
  public LoadView view() {
    return view;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void turn() {
    try {
      turn(System.nanoTime());
    } catch (RuntimeException e) {
      LOG.error("a step of the feedback loop failed", e);
    }
  }

  /** One turn. Package-private for tests with a clock of their own. */
  void turn(long nowNanos) {
    Instant now = clock.instant();
    Duration length = Duration.between(windowBegan, now);
    windowBegan = now;
    LoadWindow own = sums.take(now, length.isPositive() ? length : WINDOW);
    board.publish(own);
    remote.values().removeIf(window -> window.endedAt().plus(STALE).isBefore(now));
    List<LoadWindow> windows = new ArrayList<>(remote.values());
    windows.add(own);
    ConfigImage current = image.get();
    view = LoadView.of(current, windows);
    if (sink.isLeader()) {
      lead(current, now, nowNanos);
    } else {
      loops.clear();
    }
  }

  private void lead(ConfigImage current, Instant now, long nowNanos) {
    loops.keySet().retainAll(current.services().keySet());
    Map<ObjectKey, Map<String, HostSignal>> signals = new HashMap<>();
    view.hosts()
        .forEach((host, signal) ->
            signals
                .computeIfAbsent(host.serviceKey(), s -> new HashMap<>())
                .put(host.instance(), signal));
    current
        .services()
        .forEach((service, hosts) -> {
          Map<String, Double> factors = factors(hosts);
          Map<String, FleetWeight> next =
              loops
                  .computeIfAbsent(service, s -> new FleetLoop())
                  .step(factors, signals.getOrDefault(service, Map.of()), nowNanos);
          if (isWorthWriting(factors, next)) {
            write(service, new ServiceWeights(now, next));
          }
        });
  }

  /** Hosts that take traffic; a host that drains keeps whatever factor it has in no document. */
  private static Map<String, Double> factors(ServiceHosts hosts) {
    Map<String, Double> factors = new TreeMap<>();
    hosts
        .hosts()
        .forEach((instance, host) -> {
          if (!host.draining() && !host.quarantined() && host.configuredWeight() > 0) {
            factors.put(instance, host.weight().factor());
          }
        });
    return factors;
  }

  private static boolean isWorthWriting(
      Map<String, Double> before, Map<String, FleetWeight> after) {
    return after.entrySet().stream()
        .anyMatch(entry ->
            Math.abs(entry.getValue().factor() - before.getOrDefault(entry.getKey(), 1.0))
                > WORTH_WRITING);
  }

  private void write(ObjectKey service, ServiceWeights weights) {
    switch (sink.write(service, weights)) {
      case WriteResult.Written(long revision) ->
          LOG.debug("weights service={} revision={}", service, revision);
      case WriteResult.Conflict _ -> LOG.info("weights not written: another replica leads");
      case WriteResult.Unavailable(String reason) ->
          LOG.warn("weights not written service={} reason=\"{}\"", service, reason);
    }
  }
}
