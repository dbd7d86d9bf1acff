package io.headgate.dataplane.overload;

import io.headgate.dataplane.hcm.Pressure;
import io.headgate.dataplane.listener.ConnectionGate;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.bootstrap.OverloadManager;
import io.headgate.xds.model.bootstrap.OverloadManager.ActionKind;
import io.headgate.xds.model.bootstrap.OverloadManager.Minimum;
import io.headgate.xds.model.bootstrap.OverloadManager.Monitor;
import io.headgate.xds.model.bootstrap.OverloadManager.Resource;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envoy's overload manager: looks at the resources in turn and sets how strongly each action is in
 * force. The descriptors are watched without any config as well.
 *
 * <p><b>Thread:</b> {@link #look} on one of its own; the questions of {@link Pressure} and {@link
 * ConnectionGate} on any.
 */
public final class Overload implements Pressure, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Overload.class);
  private static final Duration REFRESH = Duration.ofSeconds(1);
  private static final int RESERVE = 64;
  private static final long SHRINK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int WARN_PERCENT = 80;
  private static final int WARN_AGAIN_BELOW_PERCENT = 75;

  private final OverloadManager config;
  private final Sensors sensors;
  private final AcceptGate gate;
  private final Map<String, Gauge> pressureGauges = new HashMap<>();
  private final Map<ActionKind, ActionState> actions = new EnumMap<>(ActionKind.class);
  private final Map<ScaledTimer.Timer, Minimum> timers = new EnumMap<>(ScaledTimer.Timer.class);
  private final @Nullable ActionState keepaliveOff;
  private final @Nullable ActionState stopRequests;
  private final @Nullable ActionState rejectConnections;
  private final @Nullable ActionState reduceTimeouts;
  private final Gauge descriptorsOpen;
  private final Counter shrinks;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("headgate-overload").daemon(true).factory());
  private long shrunkAt;
  private boolean shrunk;
  private boolean warned;

  /**
   * Makes a manager that does not look yet.
   *
   * @param configured null for none: then only descriptors are watched
   */
  public Overload(@Nullable OverloadManager configured, Sensors sensors, Meters meters) {
    config = configured == null ? new OverloadManager(REFRESH, List.of(), List.of()) : configured;
    this.sensors = sensors;
    Scope scope = meters.scope("overload");
    long maxConnections = Long.MAX_VALUE;
    int reserve = RESERVE;
    for (Monitor monitor : config.monitors()) {
      pressureGauges.put(monitor.name(), scope.scope(monitor.name()).gauge("pressure"));
      switch (monitor.resource()) {
        case Resource.DownstreamConnections(long max) -> maxConnections = max;
        case Resource.FileDescriptors(int kept) -> reserve = kept;
        case Resource.Heap _, Resource.DirectMemory _, Resource.EventLoopLag _ -> {}
      }
    }
    for (OverloadManager.Action action : config.actions()) {
      Scope own = scope.scope(name(action.kind()));
      actions.put(action.kind(), new ActionState(action, own));
      action.timers().forEach(timer -> timers.put(timer.timer(), timer.minimum()));
    }
    keepaliveOff = actions.get(ActionKind.DISABLE_HTTP_KEEPALIVE);
    stopRequests = actions.get(ActionKind.STOP_ACCEPTING_REQUESTS);
    rejectConnections = actions.get(ActionKind.REJECT_INCOMING_CONNECTIONS);
    reduceTimeouts = actions.get(ActionKind.REDUCE_TIMEOUTS);
    shrinks = scope.scope(name(ActionKind.SHRINK_HEAP)).counter("shrink_count");
    long descriptors = usable(sensors.descriptorsMax(), reserve);
    gate = new AcceptGate(maxConnections, descriptors);
    Scope process = meters.scope("headgate_process");
    descriptorsOpen = process.gauge("open_fds");
    process.gauge("max_fds").set(sensors.descriptorsMax());
    process.gauge("accepting").follow(() -> gate.isAccepting() ? 1 : 0);
  }

  /** Returns what connections may use of the descriptors; at least half of them. */
  private static long usable(long max, int reserve) {
    return Math.max(max - reserve, max / 2);
  }

  private static String name(ActionKind kind) {
    return "envoy.overload_actions." + kind.name().toLowerCase(Locale.ROOT);
  }

  /** Bounds the connections of listeners. */
  public ConnectionGate gate() {
    return gate;
  }

  /** Looks from now on, in turn. */
  public void start() {
    if (sensors.descriptorsMax() < 4096) {
      log.atWarn()
          .addKeyValue("max_fds", sensors.descriptorsMax())
          .log("the process may open few file descriptors only; raise the limit (ulimit -n)");
    }
    long nanos = config.refreshInterval().toNanos();
    var _ = thread.scheduleWithFixedDelay(this::lookSafely, 0, nanos, TimeUnit.NANOSECONDS);
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("the resources could not be looked at");
    }
  }

  /** Looks once. */
  void look() {
    long descriptors = sensors.descriptors().getAsLong();
    descriptorsOpen.set(descriptors);
    warnOfDescriptors(descriptors);
    Map<String, Double> pressures = new HashMap<>();
    for (Monitor monitor : config.monitors()) {
      double pressure = Math.max(0, pressure(monitor.resource(), descriptors));
      pressures.put(monitor.name(), pressure);
      Gauge gauge = pressureGauges.get(monitor.name());
      if (gauge != null) {
        gauge.set(Math.round(pressure * 100));
      }
    }
    for (ActionState action : actions.values()) {
      boolean before = action.isSaturated();
      action.update(pressures);
      if (before != action.isSaturated()) {
        log.atWarn()
            .addKeyValue("action", name(action.action().kind()))
            .addKeyValue("active", action.isSaturated())
            .addKeyValue("pressures", pressures)
            .log("overload");
      }
    }
    ActionState stop = actions.get(ActionKind.STOP_ACCEPTING_CONNECTIONS);
    gate.look(descriptors, stop != null && stop.isSaturated());
    shrink();
  }

  private double pressure(Resource resource, long descriptors) {
    return switch (resource) {
      case Resource.Heap(long max) -> (double) sensors.heap().getAsLong() / max;
      case Resource.DownstreamConnections(long max) -> (double) gate.open() / max;
      case Resource.DirectMemory(long max) ->
          (double) sensors.direct().getAsLong() / (max == 0 ? sensors.directMax() : max);
      case Resource.FileDescriptors(int reserve) ->
          (double) descriptors / usable(sensors.descriptorsMax(), reserve);
      case Resource.EventLoopLag(Duration max) ->
          (double) sensors.lag().getAsLong() / max.toNanos();
    };
  }

  private void warnOfDescriptors(long open) {
    double percent = 100.0 * open / sensors.descriptorsMax();
    if (percent >= WARN_PERCENT && !warned) {
      warned = true;
      log.atWarn()
          .addKeyValue("open_fds", open)
          .addKeyValue("max_fds", sensors.descriptorsMax())
          .log("file descriptors run short");
    } else if (percent < WARN_AGAIN_BELOW_PERCENT) {
      warned = false;
    }
  }

  /** Asks for a collection, at most every 10 s as Envoy does for its own allocator. */
  private void shrink() {
    ActionState action = actions.get(ActionKind.SHRINK_HEAP);
    long now = System.nanoTime();
    if (action != null
        && action.isSaturated()
        && (!shrunk || now - shrunkAt >= SHRINK_EVERY_NANOS)) {
      shrunk = true;
      shrunkAt = now;
      shrinks.add();
      System.gc();
    }
  }

  // ---- what connections and streams ask

  @Override
  public boolean closesAfterAnswer() {
    return keepaliveOff != null && keepaliveOff.applies();
  }

  @Override
  public boolean refusesRequest() {
    return stopRequests != null && stopRequests.applies();
  }

  @Override
  public boolean rejectsConnection() {
    return rejectConnections != null && rejectConnections.applies();
  }

  @Override
  public long scaled(ScaledTimer.Timer timer, long nanos) {
    if (reduceTimeouts == null || nanos <= 0) {
      return nanos;
    }
    Minimum minimum = timers.get(timer);
    float value = reduceTimeouts.value();
    if (minimum == null || value == 0) {
      return nanos;
    }
    long least =
        switch (minimum) {
          case Minimum.Fixed(Duration fixed) -> Math.min(nanos, fixed.toNanos());
          case Minimum.Scale(double percent) -> (long) (nanos * percent / 100);
        };
    // Zero would switch the timeout off.
    return Math.max(1, least + (long) ((nanos - least) * (1.0 - value)));
  }

  @Override
  public long lookAgainNanos(ScaledTimer.Timer timer) {
    return timers.containsKey(timer)
        ? Math.max(config.refreshInterval().toNanos(), TimeUnit.MILLISECONDS.toNanos(100))
        : Long.MAX_VALUE;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
