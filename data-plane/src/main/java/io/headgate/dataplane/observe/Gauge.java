package io.headgate.dataplane.observe;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** A number that goes up and down. <b>Thread:</b> any. */
public final class Gauge {
  private static final LongSupplier NOTHING = () -> 0;

  private final LongAdder cells = new LongAdder();
  private final AtomicReference<LongSupplier> source = new AtomicReference<>(NOTHING);

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

  /**
   * Adds what the source says at each reading, in the place of the source before; for numbers that
   * somebody keeps anyway.
   */
  public void follow(LongSupplier from) {
    source.set(from);
  }

  /** Forgets the source, unless another one has taken its place. */
  public void unfollow(LongSupplier from) {
    var _ = source.compareAndSet(from, NOTHING);
  }

  public long value() {
    return cells.sum() + source.get().getAsLong();
  }
}
