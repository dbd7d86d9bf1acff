package io.headgate.dataplane.health;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostSet;
import io.headgate.dataplane.endpoint.OutlierState;
import io.headgate.dataplane.lb.HealthEpoch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * Ejects the hosts of one cluster that fail several times in a row, and takes them back later.
 *
 * <p>A host is in rotation, or ejected for (base time × ejections in a row, at most the maximum):
 *
 * <pre>
 *   in rotation --threshold reached, cap allows--> ejected --time over at a tick--> in rotation
 * </pre>
 *
 * <p>A threshold that is reached while the cap is used up starts counting again at zero. Each tick
 * that finds a host in rotation takes one ejection off its row.
 *
 * <p>Thread: results from any event loop, {@link #tick} from one thread at a time. Spec: Envoy,
 * "Outlier detection".
 */
public final class OutlierDetector {

  /** Kinds of ejection, in the order of {@link #ejections}. */
  public enum Kind {
    CONSECUTIVE_5XX(0, "consecutive_5xx"),
    CONSECUTIVE_GATEWAY_FAILURE(1, "consecutive_gateway_failure"),
    CONSECUTIVE_LOCAL_ORIGIN_FAILURE(2, "consecutive_local_origin_failure");

    private final int slot;
    private final String text;

    Kind(int slot, String text) {
      this.slot = slot;
      this.text = text;
    }

    /** The name as Envoy's statistics spell it. */
    public String text() {
      return text;
    }
  }

  private final OutlierSettings settings;
  private final Supplier<HostSet> hosts;
  private final HealthEpoch epoch;
  private final LongSupplier nanoClock;
  private final LongUnaryOperator roll;
  private final Consumer<Kind> ejected;
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicIntegerArray ejections = new AtomicIntegerArray(Kind.values().length);
  private final AtomicLong overflows = new AtomicLong();

  /**
   * Makes the detector of one cluster.
   *
   * @param hosts the host set in force
   * @param epoch told after each ejection and un-ejection
   * @param nanoClock monotonic nanoseconds
   * @param roll gives a random number in [0, its argument); any thread
   * @param ejected told of each ejection; any thread
   */
  public OutlierDetector(
      OutlierSettings settings,
      Supplier<HostSet> hosts,
      HealthEpoch epoch,
      LongSupplier nanoClock,
      LongUnaryOperator roll,
      Consumer<Kind> ejected) {
    this.settings = settings;
    this.hosts = hosts;
    this.epoch = epoch;
    this.nanoClock = nanoClock;
    this.roll = roll;
    this.ejected = ejected;
  }

  /** The endpoint answered with the given status. */
  public void answered(Endpoint endpoint, int status) {
    OutlierState state = endpoint.outlier();
    if (status < 500) {
      if (state.consecutive5xx().get() != 0) {
        state.consecutive5xx().set(0);
      }
      if (state.consecutiveGateway().get() != 0) {
        state.consecutiveGateway().set(0);
      }
      return;
    }
    if (status >= 502 && status <= 504) {
      failed(
          endpoint,
          state.consecutiveGateway(),
          settings.thresholds().gateway(),
          Kind.CONSECUTIVE_GATEWAY_FAILURE);
    } else {
      state.consecutiveGateway().set(0);
    }
    failed(endpoint, state.consecutive5xx(), settings.thresholds().fiveXx(), Kind.CONSECUTIVE_5XX);
  }

  /** An attempt on the endpoint came to something else than an answer. */
  public void record(Endpoint endpoint, OutlierResult result) {
    switch (result) {
      case CONNECTED -> {
        AtomicInteger count = endpoint.outlier().consecutiveLocalOrigin();
        if (count.get() != 0) {
          count.set(0);
        }
      }
      case CONNECT_FAILED, RESET -> unanswered(endpoint, 503);
      case CONNECT_TIMED_OUT, TIMED_OUT -> unanswered(endpoint, 504);
    }
  }

  private void unanswered(Endpoint endpoint, int asStatus) {
    if (settings.splitLocalOrigin()) {
      failed(
          endpoint,
          endpoint.outlier().consecutiveLocalOrigin(),
          settings.thresholds().localOrigin(),
          Kind.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
    } else {
      answered(endpoint, asStatus);
    }
  }

  private void failed(Endpoint endpoint, AtomicInteger row, OutlierSettings.Row rule, Kind kind) {
    int count = row.incrementAndGet();
    if (rule.threshold() > 0 && count == rule.threshold()) {
      row.set(0);
      if (rule.enforcingPercent() >= 100 || roll.applyAsLong(100) < rule.enforcingPercent()) {
        eject(endpoint, kind);
      }
    }
  }

  private void eject(Endpoint endpoint, Kind kind) {
    OutlierState state = endpoint.outlier();
    if (state.isEjected() || endpoint.removed()) {
      return;
    }
    if (!reserve()) {
      overflows.incrementAndGet();
      return;
    }
    long jitter = settings.times().maxJitterNanos();
    long later = jitter == 0 ? 0 : roll.applyAsLong(jitter + 1);
    if (!state.eject(nanoClock.getAsLong() + later, kind.text())) {
      active.decrementAndGet();
      return;
    }
    long base = settings.times().baseEjectionNanos();
    if (base * state.backoffs() < settings.times().maxEjectionNanos()) {
      state.backoffs(state.backoffs() + 1);
    }
    ejections.incrementAndGet(kind.slot);
    ejected.accept(kind);
    if (endpoint.removed()) {
      // The host left between the look and the ejection: it must not use up the cap.
      forget(endpoint);
    }
    epoch.changed();
  }

  /** Takes one place of the cap, or refuses. */
  private boolean reserve() {
    int size = hosts.get().size();
    while (true) {
      int now = active.get();
      boolean allowed =
          100L * (now + 1) <= (long) settings.maxEjectionPercent() * size
              || (now == 0 && settings.alwaysEjectOne());
      if (!allowed) {
        return false;
      }
      if (active.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Takes back the hosts whose ejection is over; call it once an interval. */
  public void tick() {
    long now = nanoClock.getAsLong();
    for (Host host : hosts.get().hosts()) {
      OutlierState state = host.endpoint().outlier();
      if (!state.isEjected()) {
        if (state.backoffs() > 0) {
          state.backoffs(state.backoffs() - 1);
        }
        continue;
      }
      long length =
          Math.min(
              settings.times().baseEjectionNanos() * Math.max(1, state.backoffs()),
              settings.times().maxEjectionNanos());
      if (now - state.ejectedAtNanos() >= length) {
        forget(host.endpoint());
        epoch.changed();
      }
    }
  }

  /** A host left the cluster, or detection ends: its ejection no longer counts. */
  public void forget(Endpoint endpoint) {
    if (endpoint.outlier().uneject()) {
      active.decrementAndGet();
    }
  }

  /** How often {@link #tick} is to be called, in nanoseconds. */
  public long intervalNanos() {
    return settings.times().intervalNanos();
  }

  /** Hosts that are ejected now. */
  public int active() {
    return active.get();
  }

  /** Ejections of the kind so far. */
  public int ejections(Kind kind) {
    return ejections.get(kind.slot);
  }

  /** Ejections that the cap prevented. */
  public long overflows() {
    return overflows.get();
  }
}
