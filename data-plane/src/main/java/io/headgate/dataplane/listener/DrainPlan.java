package io.headgate.dataplane.listener;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.DownstreamConnection;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * When each connection of a drain has its turn, so that clients do not all come back at once.
 *
 * <p>A connection has a place between 0 and 1. Within the first 60 % of the drain time, in the
 * order of the places, its end is announced: by {@code Connection: close} on the next answer, or
 * GOAWAY. Between 30 % and 95 %, in the same order, it is closed if it is idle; else with its last
 * stream. Whoever sends requests has thus left by an announced close long before, and idle
 * connections, whose closing can cross with a request, go last. At the end of the drain time the
 * rest is closed: streams that take longer, and tunnels.
 *
 * <p>Places are the fractions of multiples of the golden ratio, which are even over any run of
 * connections. Busy or idle, no more than 1.7 times the even rate leave in any part of the time.
 *
 * <p><b>Thread:</b> any.
 *
 * @param startNanos by {@link System#nanoTime}
 * @param nanos the drain time
 */
record DrainPlan(long startNanos, long nanos) {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private static final double ANNOUNCED = 0.6;
  private static final double FIRST_IDLE = 0.3;
  private static final double IDLE = 0.65;

  /** A connection that came just before the socket closed has this long for its request: 1 s. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  static double place(ConnectionInfo connection) {
    double turns = connection.id() * GOLDEN;
    return turns - Math.floor(turns);
  }

  /** Nanoseconds from the start until the end of this connection is announced. */
  long announceAfter(ConnectionInfo connection) {
    return (long) (nanos * ANNOUNCED * place(connection));
  }

  /** Nanoseconds from the start until this connection closes if it is idle. */
  long closeIdleAfter(ConnectionInfo connection) {
    return (long) (nanos * (FIRST_IDLE + IDLE * place(connection)));
  }

  boolean announces(ConnectionInfo connection, long now) {
    return now - startNanos >= announceAfter(connection);
  }

  void schedule(DownstreamConnection connection) {
    long passed = System.nanoTime() - startNanos;
    long end = Math.max(0, nanos - passed);
    long idle = Math.max(closeIdleAfter(connection.info()) - passed, Math.min(end, GRACE_NANOS));
    EventLoop loop = connection.eventLoop();
    long announce = Math.max(0, announceAfter(connection.info()) - passed);
    var _ = loop.schedule(connection::announceDrain, announce, TimeUnit.NANOSECONDS);
    var _ = loop.schedule(connection::drain, idle, TimeUnit.NANOSECONDS);
    var _ = loop.schedule(connection::close, end, TimeUnit.NANOSECONDS);
  }
}
