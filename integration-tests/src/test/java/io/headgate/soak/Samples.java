package io.headgate.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One gauge over time. A third of the run is for warming up. Thread: one. */
final class Samples {
  private final String gauge;
  private final List<Long> values = new ArrayList<>();

  Samples(String gauge) {
    this.gauge = gauge;
  }

  String gauge() {
    return gauge;
  }

  void take(Map<String, Long> stats) {
    values.add(
        Optional.ofNullable(stats.get(gauge))
            .orElseThrow(() -> new IllegalStateException("no gauge " + gauge)));
  }

  int count() {
    return values.size();
  }

  /** The median of one third: 0, 1 or 2. */
  long median(int third) {
    int size = values.size();
    List<Long> sorted =
        values.subList(size * third / 3, size * (third + 1) / 3).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** By how much the last third lies above the middle one. */
  long growth() {
    return median(2) - median(1);
  }

  List<Long> values() {
    return List.copyOf(values);
  }
}
