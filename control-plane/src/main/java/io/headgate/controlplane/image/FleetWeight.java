package io.headgate.controlplane.image;

import java.util.List;

/**
 * The feedback loop's factor for one host.
 *
 * @param factor 0.1 to 2; 1 leaves the configured weight as it is
 * @param reasons why, for people
 */
public record FleetWeight(double factor, List<String> reasons) {
  public static final FleetWeight NEUTRAL = new FleetWeight(1, List.of());

  public FleetWeight {
    reasons = List.copyOf(reasons);
    if (!(factor > 0) || factor > 1000) {
      throw new IllegalArgumentException("factor must be positive and at most 1000: " + factor);
    }
  }
}
