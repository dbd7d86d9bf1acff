package io.headgate.fleet.codec;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes what is set, and nothing else. */
final class Write {
  private Write() {}

  static <T> void ifSet(@Nullable T value, Consumer<T> write) {
    if (value != null) {
      write.accept(value);
    }
  }

  static void duration(@Nullable Duration value, Consumer<String> write) {
    if (value != null) {
      write.accept(GatewayDuration.format(value));
    }
  }

  static void bytes(@Nullable Number value, Consumer<String> write) {
    if (value != null) {
      write.accept(Quantity.format(value.longValue()));
    }
  }

  static void word(@Nullable Enum<?> value, Consumer<String> write) {
    if (value != null) {
      write.accept(Rules.camel(value));
    }
  }
}
