package io.headgate.dataplane.hcm;

import io.headgate.xds.model.listener.ClientLimits;

/**
 * The request rate of one connection: a token bucket, kept as the time when it would be full again
 * (the generic cell rate algorithm), so that nothing has to be filled by a timer.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class RequestRate {
  private final long perRequest;
  private final long slack;
  private final int drainAfter;
  private long fullAt;
  private int refusedInARow;

  RequestRate(ClientLimits.Rate rate, long now) {
    perRequest = Math.max(1, rate.interval().toNanos() / rate.requests());
    slack = perRequest * (rate.burst() - 1);
    drainAfter = rate.drainAfter();
    fullAt = now;
  }

  /** Takes a token; returns whether there was one. */
  boolean take(long now) {
    if (fullAt - now < 0) {
      fullAt = now;
    }
    if (fullAt - now > slack) {
      refusedInARow++;
      return false;
    }
    fullAt += perRequest;
    refusedInARow = 0;
    return true;
  }

  /** Returns whether so many were refused in a row that the connection shall end. */
  boolean isHopeless() {
    return drainAfter > 0 && refusedInARow >= drainAfter;
  }
}
