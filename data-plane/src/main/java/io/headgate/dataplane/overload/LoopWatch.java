package io.headgate.dataplane.overload;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.overload.LoopProbe.Reader;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of all event loops, and what held one up: while a loop is overdue, its stack is read
 * from outside, so the place that blocks has a name.
 *
 * <p><b>Thread:</b> looks on one of its own; any may read.
 */
public final class LoopWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);
  private static final long LOOK_MILLIS = 50;
  private static final int LOOKS_PER_SAMPLE = 20; // a second
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int KEPT_STALLS = 20;
  private static final int MAX_FRAMES = 16;

  /**
   * A loop in the last second.
   *
   * @param lagMicros the worst lag
   * @param busy share of its thread's time, 0..1
   * @param sockets registered with it, upstream ones among them
   */
  public record Figures(int loop, long lagMicros, double busy, int sockets, long stalls) {}

  /**
   * A time in which a loop ran nothing of what was due.
   *
   * @param place the innermost frame of our own, or the innermost of all
   * @param stack innermost first
   */
  public record Stall(int loop, Instant at, long millis, String place, List<String> stack) {
    public Stall {
      stack = List.copyOf(stack);
    }
  }

  /** What is kept of one loop by the watching thread. */
  private static final class Seen {
    final LoopProbe probe;
    final Gauge lag;
    final Gauge busy;
    final Gauge sockets;
    final Counter stalls;
    long cpu;
    long at = System.nanoTime();
    @Nullable Stall running;
    volatile Figures figures;

    Seen(LoopProbe probe, Scope scope) {
      this.probe = probe;
      lag = scope.gauge("lag_microseconds");
      busy = scope.gauge("busy_percent");
      sockets = scope.gauge("sockets");
      stalls = scope.counter("stalls_total");
      figures = new Figures(probe.index(), 0, 0, 0, 0);
    }
  }

  private final List<Seen> loops = new ArrayList<>();
  private final Gauge skew;
  private final Deque<Stall> stalls = new ArrayDeque<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("headgate-loop-watch").daemon(true).factory());
  private int looks;

  /** Watches loops from now on. */
  public LoopWatch(List<EventLoop> loops, Meters meters) {
    for (int i = 0; i < loops.size(); i++) {
      Scope scope = meters.scope("headgate_loop", "loop", Integer.toString(i));
      this.loops.add(new Seen(new LoopProbe(i, loops.get(i)), scope));
    }
    skew = meters.scope("headgate_loops").gauge("socket_skew_percent");
    var _ =
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    long now = System.nanoTime();
    for (Seen seen : loops) {
      watchForStall(seen, now);
    }
    if (++looks % LOOKS_PER_SAMPLE == 0) {
      sample(now);
    }
  }

  private void watchForStall(Seen seen, long now) {
    long overdue = seen.probe.overdueNanos(now);
    Stall running = seen.running;
    if (overdue >= STALL_NANOS) {
      if (running == null || running.stack().isEmpty()) {
        seen.running = capture(seen.probe, overdue);
      } else {
        seen.running =
            new Stall(
                running.loop(),
                running.at(),
                TimeUnit.NANOSECONDS.toMillis(overdue),
                running.place(),
                running.stack());
      }
    } else if (running != null) {
      seen.running = null;
      seen.stalls.add();
      keep(running);
      log.atWarn()
          .addKeyValue("loop", running.loop())
          .addKeyValue("ms", running.millis())
          .addKeyValue("place", running.place())
          .log("an event loop was held up");
    }
  }

  private static Stall capture(LoopProbe probe, long overdue) {
    Thread held = probe.thread();
    StackTraceElement[] frames = held == null ? new StackTraceElement[0] : held.getStackTrace();
    List<String> stack = new ArrayList<>();
    String place = frames.length == 0 ? "unknown" : frames[0].toString();
    boolean found = false;
    for (StackTraceElement frame : frames) {
      if (stack.size() < MAX_FRAMES) {
        stack.add(frame.toString());
      }
      if (!found && frame.getClassName().startsWith("io.headgate.")) {
        found = true;
        place = frame.toString();
      }
    }
    return new Stall(
        probe.index(),
        Instant.now().minusNanos(overdue),
        TimeUnit.NANOSECONDS.toMillis(overdue),
        place,
        stack);
  }

  private void keep(Stall stall) {
    synchronized (stalls) {
      stalls.addFirst(stall);
      if (stalls.size() > KEPT_STALLS) {
        stalls.removeLast();
      }
    }
  }

  private void sample(long now) {
    long most = 0;
    long all = 0;
    for (Seen seen : loops) {
      long cpu = seen.probe.cpuNanos();
      double busy =
          cpu < 0 || now <= seen.at
              ? 0
              : Math.clamp((double) (cpu - seen.cpu) / (now - seen.at), 0.0, 1.0);
      seen.cpu = Math.max(0, cpu);
      seen.at = now;
      long lag = TimeUnit.NANOSECONDS.toMicros(seen.probe.takeLagNanos(Reader.FIGURES));
      int sockets = seen.probe.sockets();
      most = Math.max(most, sockets);
      all += sockets;
      seen.figures = new Figures(seen.probe.index(), lag, busy, sockets, seen.stalls.value());
      seen.lag.set(lag);
      seen.busy.set(Math.round(busy * 100));
      seen.sockets.set(sockets);
    }
    skew.set(all == 0 ? 100 : 100 * most * loops.size() / all);
  }

  /** Returns the figures of the last second, by loop. */
  public List<Figures> figures() {
    return loops.stream().map(seen -> seen.figures).toList();
  }

  /** Returns the last stalls, newest first. */
  public List<Stall> stalls() {
    synchronized (stalls) {
      return List.copyOf(stalls);
    }
  }

  /** Returns the worst lag of a loop since the last call, for the status stream alone. */
  public long takeLagMicros(int loop) {
    return TimeUnit.NANOSECONDS.toMicros(loops.get(loop).probe.takeLagNanos(Reader.STATUS));
  }

  /** Returns the worst lag of all loops since the last call, for the overload manager alone. */
  public long takeWorstLagNanos() {
    long worst = 0;
    for (Seen seen : loops) {
      worst = Math.max(worst, seen.probe.takeLagNanos(Reader.OVERLOAD));
    }
    return worst;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
