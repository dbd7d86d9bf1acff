package io.headgate.xds.model.value;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Invariant checks for the compact constructors of the xDS values. */
public final class Checks {
  private Checks() {}

  public static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  public static String notEmpty(String value, String name) {
    require(!value.isEmpty(), name + " must not be empty");
    return value;
  }

  public static int port(int port) {
    require(port >= 0 && port <= 65535, "port must be within 0..65535");
    return port;
  }

  public static long atLeast(long value, long min, String name) {
    require(value >= min, name + " must be at least " + min);
    return value;
  }

  public static Duration notNegative(Duration value, String name) {
    require(!value.isNegative(), name + " must not be negative");
    return value;
  }

  public static Duration positive(Duration value, String name) {
    require(value.isPositive(), name + " must be longer than zero");
    return value;
  }

  public static int percent(int value, String name) {
    require(value >= 0 && value <= 100, name + " must be within 0..100");
    return value;
  }

  /** A copy that keeps order and is equal to any map with the same entries. */
  public static <V> Map<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
