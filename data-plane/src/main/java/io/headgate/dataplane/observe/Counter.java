package io.headgate.dataplane.observe;

import java.util.concurrent.atomic.LongAdder;

/**
 * A number of events that only grows. <b>Thread:</b> any; a cell for each thread that touches it.
 */
public final class Counter {
  private final LongAdder cells = new LongAdder();

  /** Makes a counter that no registry knows; for tests and defaults. */
  public Counter() {}

  /** Counts one event. */
  public void add() {
    cells.increment();
  }

  /** Counts several events. */
  public void add(long events) {
    cells.add(events);
  }

  /** Begins anew at zero. */
  void reset() {
    cells.reset();
  }

  /** Returns the number of events so far. */
  public long value() {
    return cells.sum();
  }
}
