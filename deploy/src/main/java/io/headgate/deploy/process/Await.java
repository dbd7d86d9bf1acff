package io.headgate.deploy.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits, bounded, for something that another process does. */
public final class Await {

  /** Between two looks. */
  private static final Duration STEP = Duration.ofMillis(20);

  private Await() {}

  /**
   * Looks until the condition holds.
   *
   * @throws IllegalStateException with {@code problem}'s text when the bound passes first
   */
  public static void until(Duration bound, Supplier<String> problem, BooleanSupplier condition) {
    if (!reached(bound, condition)) {
      throw new IllegalStateException(problem.get() + " (waited " + bound.toSeconds() + " s)");
    }
  }

  /** Looks until the condition holds; false when the bound passes first. */
  public static boolean reached(Duration bound, BooleanSupplier condition) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    return true;
  }
}
