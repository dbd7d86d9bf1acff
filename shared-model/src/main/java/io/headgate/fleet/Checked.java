package io.headgate.fleet;

import java.util.List;
import java.util.function.Function;

/** Either a value that keeps every rule, or everything that is wrong with it. */
public sealed interface Checked<T> {

  /** A value that keeps every rule. */
  record Valid<T>(T value) implements Checked<T> {}

  /** What is wrong; never empty, in the order of the text. */
  record Invalid<T>(List<Violation> violations) implements Checked<T> {
    public Invalid {
      violations = List.copyOf(violations);
      if (violations.isEmpty()) {
        throw new IllegalArgumentException("no violation");
      }
    }
  }

  static <T> Checked<T> valid(T value) {
    return new Valid<>(value);
  }

  static <T> Checked<T> invalid(List<Violation> violations) {
    return new Invalid<>(violations);
  }

  default boolean isValid() {
    return this instanceof Valid<T>;
  }

  /** What is wrong; empty when nothing is. */
  default List<Violation> violations() {
    return switch (this) {
      case Valid<T> v -> List.of();
      case Invalid<T> i -> i.violations();
    };
  }

  /**
   * The value.
   *
   * @throws IllegalStateException with all violations, when there are any
   */
  default T orThrow() {
    return switch (this) {
      case Valid<T> v -> v.value();
      case Invalid<T> i -> throw new IllegalStateException(i.violations().toString());
    };
  }

  default <R> Checked<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Valid<T> v -> new Valid<>(change.apply(v.value()));
      case Invalid<T> i -> new Invalid<>(i.violations());
    };
  }
}
