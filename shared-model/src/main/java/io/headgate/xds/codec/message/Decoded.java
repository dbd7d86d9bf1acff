package io.headgate.xds.codec.message;

import java.util.List;
import java.util.stream.Collectors;

/** What a decoder found: a value, or everything that is wrong. */
public sealed interface Decoded<T> {
  /** A value that holds all invariants. */
  record Valid<T>(T value) implements Decoded<T> {}

  /** At least one violation. */
  record Invalid<T>(List<Violation> violations) implements Decoded<T> {
    public Invalid {
      violations = List.copyOf(violations);
    }

    /** All violations in one line, as a NACK carries them. */
    public String message() {
      return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
    }
  }

  /**
   * The value.
   *
   * @throws IllegalArgumentException when invalid; for callers that know it is not, such as tests
   */
  default T orElseThrow() {
    return switch (this) {
      case Valid<T> valid -> valid.value();
      case Invalid<T> invalid -> throw new IllegalArgumentException(invalid.message());
    };
  }
}
