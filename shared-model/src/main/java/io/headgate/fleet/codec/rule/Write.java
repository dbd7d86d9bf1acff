package io.headgate.fleet.codec.rule;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes what is set, and nothing else. */
public final class Write {
  private Write() {}

  public static <T> void ifSet(@Nullable T value, Consumer<T> write) {
    if (value != null) {
      write.accept(value);
    }
  }

  public static void duration(@Nullable Duration value, Consumer<String> write) {
    if (value != null) {
      write.accept(GatewayDuration.format(value));
    }
  }

  public static void bytes(@Nullable Number value, Consumer<String> write) {
    if (value != null) {
      write.accept(Quantity.format(value.longValue()));
    }
  }

  public static void word(@Nullable Enum<?> value, Consumer<String> write) {
    if (value != null) {
      write.accept(Rules.camel(value));
    }
  }
}
