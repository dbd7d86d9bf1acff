package io.headgate.dataplane.lb;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts how often the health of any host of a cluster changed, so that every loop knows when its
 * view is stale.
 *
 * <p>Thread: any.
 */
public final class HealthEpoch {

  private final AtomicInteger value = new AtomicInteger();

  /** The number of changes so far. */
  public int get() {
    return value.get();
  }

  /** Says that the health of a host has changed; call it after the change. */
  public void changed() {
    value.incrementAndGet();
  }
}
