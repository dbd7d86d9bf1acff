package io.headgate.controlplane.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.image.FleetWeight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FleetLoopTest {
  private static final long STEP = 5_000_000_000L;

  private final FleetLoop loop = new FleetLoop();
  private long now;

  @Test
  void aHostWithHalfTheCapacityIsRelieved() {
    Fleet fleet = new Fleet(20, 1);
    fleet.capacity.put("h00", 0.5);
    int steps = 0;
    while (fleet.maxOverMean() > 1.2) {
      fleet.step();
      steps++;
    }
    // 1.9 · 0.9ⁿ ≤ 1.2: five steps, 25 s.
    assertThat(steps).isLessThanOrEqualTo(5);
    for (int i = 0; i < 200; i++) {
      fleet.step();
      assertThat(fleet.maxOverMean()).isLessThan(1.15);
    }
    assertThat(fleet.weights.get("h00")).isBetween(0.4, 0.6);
  }

  @Test
  void anOverloadedHostFallsBelowHalfOfItsPeersIn60SecondsAndIsBackIn90() {
    for (int size : List.of(3, 6, 20)) {
      Fleet fleet = new Fleet(size, 2);
      fleet.capacity.put("h00", 0.25);
      fleet.run(60);
      assertThat(fleet.shareOfPeers("h00")).as("of %d", size).isLessThan(0.5);
      fleet.run(60);
      fleet.capacity.put("h00", 1.0);
      fleet.run(90);
      assertThat(fleet.shareOfPeers("h00")).as("of %d", size).isGreaterThanOrEqualTo(0.9);
    }
  }

  @Test
  void feedbackThatComesOneWindowLateDoesNotSwing() {
    Fleet fleet = new Fleet(20, 3);
    fleet.late = true;
    fleet.capacity.put("h00", 0.5);
    fleet.run(60);
    for (int i = 0; i < 100; i++) {
      fleet.step();
      assertThat(fleet.maxOverMean()).isLessThan(1.35);
    }
  }

  @Test
  void aThirdOfTheFeedbackLostDoesLittleHarm() {
    Fleet fleet = new Fleet(20, 4);
    fleet.loss = 0.3;
    fleet.capacity.put("h00", 0.5);
    fleet.run(120);
    assertThat(fleet.maxOverMean()).isLessThan(1.25);
  }

  @Test
  void aHostThatLiesGetsAtMostTwiceItsShare() {
    Fleet fleet = new Fleet(10, 5);
    fleet.liar = "h00";
    fleet.run(600);
    assertThat(fleet.weights.get("h00")).isLessThanOrEqualTo(FleetLoop.MAX);
    assertThat(fleet.shareOfPeers("h00")).isLessThan(2.5);
  }

  @Test
  void aHostThatFailsFastIsNoIdleHost() {
    Map<String, Double> current = new TreeMap<>(Map.of("a", 1.0, "b", 1.0, "c", 1.0));
    Map<String, HostSignal> signals =
        Map.of("a", utilisation(0.05, 1.0), "b", utilisation(0.5, 0), "c", utilisation(0.5, 0));
    Map<String, FleetWeight> next = loop.step(current, signals, 0);
    assertThat(factor(next, "a")).isLessThan(factor(next, "b"));
    assertThat(reasons(next, "a")).contains("100.0 % of requests failed");
  }

  @Test
  void whenAllFailAlikeNobodyMoves() {
    Map<String, Double> current = Map.of("a", 1.0, "b", 1.0);
    Map<String, FleetWeight> next =
        loop.step(current, Map.of("a", utilisation(0.5, 0.5), "b", utilisation(0.5, 0.5)), 0);
    assertThat(factor(next, "a")).isEqualTo(1);
    assertThat(factor(next, "b")).isEqualTo(1);
  }

  @Test
  void latencyStandsInForUtilisation() {
    Map<String, HostSignal> signals = Map.of("a", latency(30), "b", latency(10), "c", latency(10));
    Map<String, FleetWeight> next = loop.step(Map.of("a", 1.0, "b", 1.0, "c", 1.0), signals, 0);
    assertThat(factor(next, "a")).isLessThan(0.95);
    assertThat(reasons(next, "a").getFirst()).startsWith("latency in ms 30.00 is 1.80");
  }

  @Test
  void insideTheBandNothingMoves() {
    Map<String, FleetWeight> next =
        loop.step(
            Map.of("a", 1.0, "b", 1.0),
            Map.of("a", utilisation(0.52, 0), "b", utilisation(0.48, 0)),
            0);
    assertThat(next.values()).allMatch(weight -> weight.factor() == 1);
  }

  @Test
  void silenceDecaysToOneWithinThreeMinutes() {
    Map<String, Double> current = new TreeMap<>(Map.of("a", 0.4, "b", 1.6));
    double last = 0.4;
    for (int i = 0; i <= 36; i++) {
      loop.step(current, Map.of(), now)
          .forEach((instance, weight) -> current.put(instance, weight.factor()));
      assertThat(current.get("a")).isGreaterThanOrEqualTo(last);
      last = current.getOrDefault("a", 0.0);
      now += STEP;
    }
    assertThat(current.get("a")).isEqualTo(1);
    assertThat(current.get("b")).isEqualTo(1);
  }

  @Test
  void valuesThatAreNoNumbersAreNoSignals() {
    Map<String, HostSignal> signals =
        Map.of(
            "a", utilisation(Double.NaN, 0),
            "b", utilisation(Double.POSITIVE_INFINITY, 0),
            "c", utilisation(-1, 0));
    Map<String, FleetWeight> next = loop.step(Map.of("a", 1.0, "b", 1.0, "c", 1.0), signals, 0);
    assertThat(next.values()).allMatch(weight -> weight.factor() == 1);
  }

  @Test
  void noiseDoesNotCarryAllFactorsAway() {
    Fleet fleet = new Fleet(5, 6);
    fleet.noise = 0.5;
    fleet.run(3600);
    assertThat(fleet.weights.values().stream().mapToDouble(w -> w).average().orElse(0))
        .isBetween(0.5, 1.5);
  }

  private static HostSignal utilisation(double value, double errors) {
    return new HostSignal(
        new HostSignal.Rates(100, 100 * errors, 0, 1),
        OptionalDouble.of(value),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static HostSignal latency(double millis) {
    return new HostSignal(
        new HostSignal.Rates(100, 0, 0, 1),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(millis));
  }

  private static double factor(Map<String, FleetWeight> weights, String instance) {
    return weights.getOrDefault(instance, FleetWeight.NEUTRAL).factor();
  }

  private static List<String> reasons(Map<String, FleetWeight> weights, String instance) {
    return weights.getOrDefault(instance, FleetWeight.NEUTRAL).reasons();
  }

  /** Hosts that get traffic by weight and say how used they are. */
  private final class Fleet {
    private final Map<String, Double> weights = new TreeMap<>();
    private final Map<String, Double> capacity = new HashMap<>();
    private final Random random;
    private boolean late;
    private double loss;
    private double noise = 0.02;
    private String liar = "";
    private Map<String, HostSignal> before = Map.of();

    Fleet(int size, long seed) {
      this.random = new Random(seed);
      for (int i = 0; i < size; i++) {
        String instance = "h%02d".formatted(i);
        weights.put(instance, 1.0);
        capacity.put(instance, 1.0);
      }
    }

    void run(int seconds) {
      for (int i = 0; i < seconds / 5; i++) {
        step();
      }
    }

    void step() {
      Map<String, HostSignal> signals = new HashMap<>();
      utilisations()
          .forEach((instance, used) -> {
            double said = used * (1 + noise * random.nextGaussian());
            if (random.nextDouble() >= loss) {
              signals.put(instance, utilisation(instance.equals(liar) ? 0 : Math.max(0, said), 0));
            }
          });
      Map<String, HostSignal> heard = late ? before : signals;
      before = signals;
      loop.step(weights, heard, now)
          .forEach((instance, weight) -> weights.put(instance, weight.factor()));
      now += STEP;
    }

    Map<String, Double> utilisations() {
      double sum = weights.values().stream().mapToDouble(w -> w).sum();
      Map<String, Double> used = new TreeMap<>();
      weights.forEach((instance, weight) ->
          used.put(
              instance,
              0.7 * weights.size() * weight / sum / capacity.getOrDefault(instance, 1.0)));
      return used;
    }

    double maxOverMean() {
      Map<String, Double> used = utilisations();
      double mean = used.values().stream().mapToDouble(u -> u).average().orElse(1);
      return used.values().stream().mapToDouble(u -> u).max().orElse(0) / mean;
    }

    double shareOfPeers(String instance) {
      double peers =
          weights.entrySet().stream()
              .filter(entry -> !entry.getKey().equals(instance))
              .mapToDouble(Map.Entry::getValue)
              .average()
              .orElse(1);
      return weights.getOrDefault(instance, 1.0) / peers;
    }
  }
}
