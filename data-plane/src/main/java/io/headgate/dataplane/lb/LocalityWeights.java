package io.headgate.dataplane.lb;

import io.headgate.dataplane.endpoint.Host;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns locality weights and host weights into one weight per host.
 *
 * <p>A locality's share is its weight times min(1, overprovisioning × available ÷ all of its
 * hosts); within it hosts share by their own weights. A locality without a weight gets nothing.
 *
 * <p>Spec: Envoy, "Locality weighted load balancing".
 */
final class LocalityWeights {

  // The shares of a level add up to about this.
  private static final double SCALE = 1_000_000;

  private LocalityWeights() {}

  private record Place(String region, String zone, String subZone) {
    static Place of(Host host) {
      return new Place(
          host.configured().region(), host.configured().zone(), host.configured().subZone());
    }
  }

  private static final class Sum {
    int all;
    int chosen;
    double hostWeights;
    long weight;

    double share(int overprovisioningPercent) {
      return weight * Math.min(1.0, overprovisioningPercent / 100.0 * chosen / all);
    }
  }

  /**
   * Works out the weights.
   *
   * @param chosen the hosts that may get traffic
   * @param level all hosts of the priority
   * @return a weight for each chosen host; 0 for one that gets nothing
   */
  static int[] of(List<Host> chosen, List<Host> level, int overprovisioningPercent) {
    Map<Place, Sum> sums = new HashMap<>();
    for (Host host : level) {
      Sum sum = sums.computeIfAbsent(Place.of(host), place -> new Sum());
      sum.all++;
      sum.weight = host.configured().localityWeight();
    }
    for (Host host : chosen) {
      Sum sum = sums.computeIfAbsent(Place.of(host), place -> new Sum());
      sum.chosen++;
      sum.hostWeights += host.weight();
    }
    double total = 0;
    for (Sum sum : sums.values()) {
      total += sum.share(overprovisioningPercent);
    }
    int[] weights = new int[chosen.size()];
    for (int i = 0; i < weights.length && total > 0; i++) {
      Host host = chosen.get(i);
      Sum sum = sums.computeIfAbsent(Place.of(host), place -> new Sum());
      double share = sum.share(overprovisioningPercent) / total;
      double weight = SCALE * share * host.weight() / sum.hostWeights;
      weights[i] = share == 0 ? 0 : (int) Math.max(1, Math.round(weight));
    }
    return weights;
  }
}
