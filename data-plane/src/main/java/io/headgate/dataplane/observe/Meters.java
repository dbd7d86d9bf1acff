package io.headgate.dataplane.observe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All counters, gauges and histograms of the process, by name. One name is one meter: asking again
 * returns the same. Names are Envoy's ({@code http.ingress.downstream_rq_total}); a {@link Scope}
 * also knows which part of the name is a label at {@code /stats/prometheus}.
 *
 * <p><b>Thread:</b> any. Meters are looked up when config is built, never per request.
 */
public final class Meters {
  /** One meter with its names. */
  public sealed interface Meter {
    /** Returns the name at {@code /stats}. */
    String name();

    /** Returns the Prometheus family and labels. */
    Series series();
  }

  /** A counter with its names. */
  public record CounterMeter(String name, Series series, Counter counter) implements Meter {}

  /** A gauge with its names. */
  public record GaugeMeter(String name, Series series, Gauge gauge) implements Meter {}

  /** A histogram with its names. */
  public record HistogramMeter(String name, Series series, Histogram histogram) implements Meter {}

  /**
   * Where a meter stands in the Prometheus text.
   *
   * @param family for example {@code envoy_http_downstream_rq_xx}
   * @param plain Envoy's name without the parts that are labels, for example {@code
   *     http.downstream_rq_xx}
   * @param labels names and values in turn
   */
  public record Series(String family, String plain, List<String> labels) {
    public Series {
      labels = List.copyOf(labels);
    }
  }

  private final Map<String, Meter> meters = new ConcurrentHashMap<>();

  /** Makes an empty registry. */
  public Meters() {}

  /** Returns a scope without labels, for example {@code server}. */
  public Scope scope(String prefix) {
    return new Scope(this, prefix, prefix, List.of());
  }

  /**
   * Returns a scope whose second part is a label, for example {@code scope("http",
   * "envoy_http_conn_manager_prefix", "ingress")} for {@code http.ingress.*}.
   */
  public Scope scope(String prefix, String label, String value) {
    return new Scope(this, prefix + "." + value, prefix, List.of(label, value));
  }

  /** Returns the scope of a cluster's meters, {@code cluster.NAME.*}. */
  public Scope cluster(String name) {
    return scope("cluster", "envoy_cluster_name", name);
  }

  /** Returns all meters, by name. */
  public List<Meter> all() {
    List<Meter> sorted = new ArrayList<>(meters.values());
    sorted.sort(Comparator.comparing(Meter::name));
    return sorted;
  }

  /** Returns the counters whose names begin so, in no order. */
  public Map<String, Long> counters(String prefix) {
    Map<String, Long> values = new HashMap<>();
    for (Meter meter : meters.values()) {
      if (meter instanceof CounterMeter counter && meter.name().startsWith(prefix)) {
        values.put(meter.name(), counter.counter().value());
      }
    }
    return values;
  }

  /** Sets all counters to zero; gauges and histograms stay. */
  public void resetCounters() {
    for (Meter meter : meters.values()) {
      if (meter instanceof CounterMeter counter) {
        counter.counter().reset();
      }
    }
  }

  /** Forgets the meters of a scope whose config is gone; holders may go on counting unseen. */
  public void forget(Scope scope) {
    String prefix = scope.prefix() + ".";
    Collection<String> names = meters.keySet();
    names.removeIf(name -> name.startsWith(prefix));
  }

  Counter counter(String name, Series series) {
    return meters.computeIfAbsent(name, n -> new CounterMeter(n, series, new Counter()))
            instanceof CounterMeter meter
        ? meter.counter()
        : clash(name, new Counter());
  }

  Gauge gauge(String name, Series series) {
    return meters.computeIfAbsent(name, n -> new GaugeMeter(n, series, new Gauge()))
            instanceof GaugeMeter meter
        ? meter.gauge()
        : clash(name, new Gauge());
  }

  Histogram histogram(String name, Series series) {
    return meters.computeIfAbsent(name, n -> new HistogramMeter(n, series, new Histogram()))
            instanceof HistogramMeter meter
        ? meter.histogram()
        : clash(name, new Histogram());
  }

  private static <T> T clash(String name, T ignored) {
    throw new IllegalStateException("meter " + name + " has another kind than " + ignored);
  }
}
