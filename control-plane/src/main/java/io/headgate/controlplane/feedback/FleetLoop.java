package io.headgate.controlplane.feedback;

import io.headgate.controlplane.image.FleetWeight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Works out the factor of each host of one service, one step for each window.
 *
 * <p>{@code w ← w · clamp(mean/signal, 0.9, 1.1)} outside a band of ±5 %, clamped to 0.1–2. A
 * host's signal is its utilisation, or the mean time of its answers when it reports none, as a
 * ratio to the mean of the hosts that are measured alike, plus a penalty for errors: without it a
 * host that fails fast would look idle.
 *
 * <p>Only ratios matter, so the factors of a service are scaled to a mean of 1 after each step;
 * otherwise noise, which shrinks by 0.9 and grows by 1.1, would carry them all down to the lower
 * clamp. It also makes the upper clamp what it is meant to be: at most twice a fair share. A host
 * that works and says it is idle is not believed: it is left out of the mean, and limited to twice
 * its peers. A host of which nothing is heard drifts back to 1 within three minutes.
 *
 * <p>Thread: confined to its owner. Time is given.
 */
final class FleetLoop {
  static final double MIN = 0.1;
  static final double MAX = 2;
  static final double BAND = 0.05;
  static final double STEP_DOWN = 0.9;
  static final double STEP_UP = 1.1;

  /**
   * What a host that fails every request has on top of its signal, in units of the service's mean.
   */
  static final double ERROR_PENALTY = 2;

  /** Below this share of the others' mean a utilisation is not believed. */
  private static final double IMPLAUSIBLE = 0.02;

  /** Four decimal places are written. */
  private static final double DIGITS = 1e4;

  /** Silence that is no reason to move: a host with little traffic is not in every window. */
  static final long QUIET_NANOS = 15_000_000_000L;

  /** After so long without a word a factor is 1 again. */
  static final long FORGET_NANOS = 180_000_000_000L;

  private final Map<String, Silence> silent = new HashMap<>();

  /** Since when nothing is heard of a host, and the factor it had then. */
  private record Silence(long sinceNanos, double factor) {}

  private enum Kind {
    APPLICATION("utilisation"),
    PROCESSOR("processor utilisation"),
    LATENCY("latency in ms");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private record Measure(Kind kind, double value, double errorShare) {
    /** Relative to hosts that are measured alike, and worse for each failed request. */
    double signal(double meanOfKind) {
      return value / meanOfKind + ERROR_PENALTY * errorShare;
    }
  }

  /**
   * One step.
   *
   * @param current factors in force by instance; every host of the service is in it
   * @param signals what was heard in this window; hosts that are not in {@code current} are passed
   *     over
   * @param nowNanos monotonic
   */
  Map<String, FleetWeight> step(
      Map<String, Double> current, Map<String, HostSignal> signals, long nowNanos) {
    Map<String, Measure> measures = measures(current, signals);
    Map<Kind, Double> means = means(measures);
    List<Double> believed = new ArrayList<>();
    for (Measure measure : measures.values()) {
      Double ofKind = means.get(measure.kind);
      if (ofKind != null && measure.value > IMPLAUSIBLE * ofKind) {
        believed.add(measure.signal(ofKind));
      }
    }
    double mean = believed.isEmpty() ? 1 : mean(believed);
    Map<String, FleetWeight> next = new TreeMap<>();
    current.forEach((instance, factor) -> {
      Measure measure = measures.get(instance);
      double meanOfKind = measure == null ? 0 : means.getOrDefault(measure.kind, 0.0);
      next.put(
          instance,
          measure == null || meanOfKind <= 0 || measures.size() < 2
              ? unheard(instance, factor, nowNanos, measure != null)
              : heard(
                  instance,
                  factor,
                  measure,
                  new Means(meanOfKind, mean, peers(current, instance))));
    });
    silent.keySet().retainAll(current.keySet());
    return recentred(next);
  }

  private static Map<String, Measure> measures(
      Map<String, Double> current, Map<String, HostSignal> signals) {
    Map<String, Measure> measures = new HashMap<>();
    signals.forEach((instance, signal) -> {
      if (current.containsKey(instance)) {
        measure(signal, measures, instance);
      }
    });
    return measures;
  }

  private static void measure(HostSignal signal, Map<String, Measure> measures, String instance) {
    double errors = signal.errorShare();
    OptionalDouble application = usable(signal.applicationUtilization());
    OptionalDouble processor = usable(signal.cpuUtilization());
    OptionalDouble latency = usable(signal.latencyMillis());
    if (application.isPresent()) {
      measures.put(instance, new Measure(Kind.APPLICATION, application.getAsDouble(), errors));
    } else if (processor.isPresent()) {
      measures.put(instance, new Measure(Kind.PROCESSOR, processor.getAsDouble(), errors));
    } else if (latency.isPresent()) {
      measures.put(instance, new Measure(Kind.LATENCY, latency.getAsDouble(), errors));
    }
  }

  private static OptionalDouble usable(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble()) && value.getAsDouble() >= 0
        ? value
        : OptionalDouble.empty();
  }

  /** Means of the values that can be believed. */
  private static Map<Kind, Double> means(Map<String, Measure> measures) {
    Map<Kind, Double> means = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      List<Double> values =
          measures.values().stream()
              .filter(measure -> measure.kind == kind)
              .map(Measure::value)
              .toList();
      double rough = mean(values);
      double mean = mean(values.stream().filter(value -> value > IMPLAUSIBLE * rough).toList());
      if (mean > 0) {
        means.put(kind, mean);
      }
    }
    return means;
  }

  private static double mean(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** Mean factor of all other hosts. */
  private static double peers(Map<String, Double> current, String instance) {
    double sum = mean(current.values()) * current.size();
    double own = current.getOrDefault(instance, 0.0);
    return current.size() < 2 ? 1 : (sum - own) / (current.size() - 1);
  }

  /** Of the values of one kind, of the signals of all, and of the factors of all other hosts. */
  private record Means(double ofKind, double ofSignals, double ofPeers) {}

  private FleetWeight heard(String instance, double factor, Measure measure, Means means) {
    silent.remove(instance);
    double mean = means.ofKind;
    double signal = measure.signal(mean) / means.ofSignals;
    boolean believed = measure.value > IMPLAUSIBLE * mean;
    double step = Math.clamp(signal > 0 ? 1 / signal : STEP_UP, STEP_DOWN, STEP_UP);
    double wanted = Math.abs(signal - 1) <= BAND ? factor : clamp(factor * step);
    double moved = believed ? wanted : clamp(Math.min(wanted, MAX * means.ofPeers));
    List<String> reasons = new ArrayList<>();
    reasons.add(
        String.format(
            Locale.ROOT,
            "%s %.2f is %.2f of the service's mean %.2f",
            measure.kind.word,
            measure.value,
            measure.value / mean,
            mean));
    if (measure.errorShare > 0) {
      reasons.add(
          String.format(Locale.ROOT, "%.1f %% of requests failed", 100 * measure.errorShare));
    }
    if (moved <= MIN || moved >= MAX) {
      reasons.add(moved <= MIN ? "at the lower limit" : "at the upper limit");
    }
    return new FleetWeight(moved, reasons);
  }

  private FleetWeight unheard(String instance, double factor, long nowNanos, boolean alone) {
    Silence silence = silent.computeIfAbsent(instance, i -> new Silence(nowNanos, factor));
    long quiet = nowNanos - silence.sinceNanos;
    if (quiet <= QUIET_NANOS && !alone) {
      return new FleetWeight(factor, List.of("no report in this window"));
    }
    double share = Math.clamp((double) (quiet - QUIET_NANOS) / (FORGET_NANOS - QUIET_NANOS), 0, 1);
    double decayed = silence.factor + (1 - silence.factor) * share;
    return new FleetWeight(
        clamp(decayed),
        List.of(
            alone
                ? "no other host to compare with"
                : "no report for " + quiet / 1_000_000_000L + " s"));
  }

  /** Scales all alike to a mean of 1. */
  private static Map<String, FleetWeight> recentred(Map<String, FleetWeight> weights) {
    double mean = mean(weights.values().stream().map(FleetWeight::factor).toList());
    Map<String, FleetWeight> scaled = new TreeMap<>();
    weights.forEach((instance, weight) ->
        scaled.put(
            instance,
            new FleetWeight(
                Math.round(clamp(weight.factor() / mean) * DIGITS) / DIGITS, weight.reasons())));
    return scaled;
  }

  private static double clamp(double factor) {
    return Math.clamp(factor, MIN, MAX);
  }
}
