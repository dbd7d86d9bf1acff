package io.headgate.attack;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Counters and gauges at one moment. */
record Figures(Map<String, Long> values) {

  /** What changed since, for messages. */
  Map<String, Long> since(Figures before) {
    Map<String, Long> changes = new TreeMap<>();
    values.forEach((name, value) -> {
      long change = value - before.values.getOrDefault(name, 0L);
      if (change != 0) {
        changes.put(name, change);
      }
    });
    return changes;
  }

  /** The value of a counter or gauge; one that does not exist is an error of the test. */
  long of(String name) {
    return Objects.requireNonNull(values.get(name), () -> "there is no meter " + name);
  }
}
