package io.headgate.dataplane.observe;

import java.util.concurrent.atomic.LongAdder;

/** A number that goes up and down. <b>Thread:</b> any. */
public final class Gauge {
  private final LongAdder cells = new LongAdder();

  /** Makes a gauge that no registry knows; for tests and defaults. */
  public Gauge() {}

  public void add() {
    cells.increment();
  }

  public void sub() {
    cells.decrement();
  }

  public void add(long amount) {
    cells.add(amount);
  }

  /** Sets the value; only for a gauge that a single thread writes. */
  public void set(long value) {
    cells.add(value - cells.sum());
  }

  public long value() {
    return cells.sum();
  }
}
