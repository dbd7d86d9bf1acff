package io.headgate.dataplane.endpoint;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passive health of one endpoint: consecutive failures of each kind, and whether it is ejected.
 *
 * <p>Only {@code health} writes here; everybody reads.
 *
 * <p>Thread: any; every field is an atomic.
 */
public final class OutlierState {

  private final AtomicInteger consecutiveLocalOrigin = new AtomicInteger();
  private final AtomicInteger consecutive5xx = new AtomicInteger();
  private final AtomicInteger consecutiveGateway = new AtomicInteger();
  private final AtomicBoolean ejected = new AtomicBoolean();
  private volatile long ejectedAtNanos;
  private volatile int backoffs;
  private final AtomicInteger ejections = new AtomicInteger();
  private volatile String reason = "";

  OutlierState() {}

  /** Connect failures, connect timeouts and resets in a row. */
  public AtomicInteger consecutiveLocalOrigin() {
    return consecutiveLocalOrigin;
  }

  /** Answers with a 5xx in a row. */
  public AtomicInteger consecutive5xx() {
    return consecutive5xx;
  }

  /** Answers with 502, 503 or 504 in a row. */
  public AtomicInteger consecutiveGateway() {
    return consecutiveGateway;
  }

  /** Whether the endpoint is out of the rotation. */
  public boolean isEjected() {
    return ejected.get();
  }

  /** Ejects; false when it was ejected already. */
  public boolean eject(long nowNanos, String why) {
    if (!ejected.compareAndSet(false, true)) {
      return false;
    }
    ejectedAtNanos = nowNanos;
    reason = why;
    ejections.incrementAndGet();
    return true;
  }

  /** Takes back into the rotation; false when it was not ejected. */
  public boolean uneject() {
    consecutiveLocalOrigin.set(0);
    consecutive5xx.set(0);
    consecutiveGateway.set(0);
    return ejected.compareAndSet(true, false);
  }

  /** When the ejection began, on the clock of the detector; meaningless while not ejected. */
  public long ejectedAtNanos() {
    return ejectedAtNanos;
  }

  /** What the base ejection time is multiplied with at the next un-ejection check. */
  public int backoffs() {
    return backoffs;
  }

  /** Sets the multiplier. */
  public void backoffs(int value) {
    backoffs = value;
  }

  /** How often the endpoint has been ejected. */
  public int ejections() {
    return ejections.get();
  }

  /**
   * Why it was ejected last, for example {@code consecutive_local_origin_failure}; empty when
   * never.
   */
  public String reason() {
    return reason;
  }
}
