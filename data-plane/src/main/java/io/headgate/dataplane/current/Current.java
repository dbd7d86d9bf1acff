package io.headgate.dataplane.current;

import java.util.Objects;

/**
 * A place that holds the value in force now; a swap is one volatile write and a read is one
 * volatile read.
 *
 * <p>Thread: any thread reads; one thread at a time writes. The value must be immutable or safe to
 * share.
 */
public final class Current<T> {

  private volatile T value;

  /** Starts with the given value in force. */
  public Current(T initial) {
    value = Objects.requireNonNull(initial);
  }

  /** The value in force. Read it once and keep it where several reads must agree. */
  public T get() {
    return value;
  }

  /** Puts the value in force for everybody who reads from now on. */
  public void set(T next) {
    value = Objects.requireNonNull(next);
  }
}
