package io.headgate.perf.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ratios of two things measured side by side, round by round. */
public final class Pairs {

  private final List<Double> ratios = new ArrayList<>();

  /** One round's pair. */
  public void add(double ours, double theirs) {
    ratios.add(ours / theirs);
  }

  public double median() {
    List<Double> sorted = new ArrayList<>(ratios);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  public double lowest() {
    return Collections.min(ratios);
  }

  public double highest() {
    return Collections.max(ratios);
  }

  /** Median with its range, for example {@code 0.52 (0.50–0.55)}. */
  @Override
  public String toString() {
    return String.format("%.2f (%.2f–%.2f)", median(), lowest(), highest());
  }
}
