package io.headgate.dataplane.app;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.runtime.ConfigRuntime;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a proxy's traffic: requests finish, within a bound. Thread: any. */
final class Drain {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);

  /** Long enough before connections are closed at the end to see which are left: 50 ms. */
  private static final Duration BEFORE_THE_END = Duration.ofMillis(50);

  /** Collectors have at least so long at the end, however long requests took. */
  private static final Duration TO_TELL = Duration.ofSeconds(1);

  private final Duration bound;
  private final ServerStatus status;
  private final ListenerSockets sockets;
  private final ConfigRuntime runtime;
  private final Traffic traffic;

  /** When it began, by {@link System#nanoTime}; 0 before. */
  private volatile long start;

  Drain(
      Duration bound,
      ServerStatus status,
      ListenerSockets sockets,
      ConfigRuntime runtime,
      Meters meters) {
    this.bound = bound;
    this.status = status;
    this.sockets = sockets;
    this.runtime = runtime;
    traffic = new Traffic(meters);
  }

  /** The time runs from the first of these calls. */
  void begin() {
    if (start == 0) {
      start = System.nanoTime();
    }
    status.drain();
  }

  /** Says what is in flight. */
  void announce() {
    log.atInfo()
        .addKeyValue("drain_time_s", bound.toSeconds())
        .addKeyValue("connections", sockets.connections())
        .addKeyValue("requests", traffic.requests())
        .addKeyValue("tunnels", traffic.tunnels())
        .log("draining");
  }

  /** Stops accepting; connections end as they become idle. Thread: the config thread. */
  void stopAccepting() {
    runtime.closeListeners();
  }

  /**
   * Waits for what is in flight.
   *
   * @return whether all requests ended in time; tunnels do not count, they last as long as the
   *     drain does
   */
  boolean await() throws InterruptedException {
    Duration passed = Duration.ofNanos(System.nanoTime() - start);
    sockets.awaitDrained(bound.minus(BEFORE_THE_END).minus(passed));
    long requests = traffic.requests();
    log.atInfo()
        .addKeyValue("requests", requests)
        .addKeyValue("tunnels", traffic.tunnels())
        .log("the drain is over, what is left is closed");
    return requests == 0;
  }

  /**
   * Waits until connections that are cut off have ended.
   *
   * @return what is left of the time for telling collectors, at least {@link #TO_TELL}
   */
  Duration awaitClosed() throws InterruptedException {
    sockets.awaitDrained(BEFORE_THE_END.multipliedBy(2));
    Duration left = bound.minusNanos(System.nanoTime() - start);
    return left.compareTo(TO_TELL) > 0 ? left : TO_TELL;
  }
}
