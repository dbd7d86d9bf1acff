package io.headgate.dataplane.admin;

import com.google.re2j.Pattern;
import io.headgate.dataplane.observe.Histogram;
import io.headgate.dataplane.observe.Json;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Meters.CounterMeter;
import io.headgate.dataplane.observe.Meters.GaugeMeter;
import io.headgate.dataplane.observe.Meters.HistogramMeter;
import io.headgate.dataplane.observe.Meters.Meter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes meters as Envoy's {@code /stats} does. <b>Thread:</b> any. */
final class StatsText {
  private static final double[] QUANTILES = {0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1};

  /**
   * Which meters are shown.
   *
   * @param usedOnly without those that never counted
   */
  record Choice(@Nullable Pattern filter, boolean usedOnly) {
    static final Choice ALL = new Choice(null, false);

    boolean takes(Meter meter) {
      return (filter == null || filter.matcher(meter.name()).find()) && (!usedOnly || used(meter));
    }

    private static boolean used(Meter meter) {
      return switch (meter) {
        case CounterMeter c -> c.counter().value() != 0;
        case GaugeMeter g -> g.gauge().value() != 0;
        case HistogramMeter h -> total(h.histogram().counts()) != 0;
      };
    }
  }

  private StatsText() {}

  private static long total(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  static String plain(Meters meters, Choice choice) {
    StringBuilder out = new StringBuilder();
    for (Meter meter : meters.all()) {
      if (choice.takes(meter)) {
        out.append(meter.name()).append(": ");
        switch (meter) {
          case CounterMeter c -> out.append(c.counter().value());
          case GaugeMeter g -> out.append(g.gauge().value());
          case HistogramMeter h -> quantiles(h.histogram(), out);
        }
        out.append('\n');
      }
    }
    return out.toString();
  }

  /** As Envoy's {@code format=json}; a histogram is shown by its number and its sum. */
  static String json(Meters meters, Choice choice) {
    List<Object> stats = new ArrayList<>();
    for (Meter meter : meters.all()) {
      if (choice.takes(meter)) {
        switch (meter) {
          case CounterMeter c -> stats.add(stat(c.name(), c.counter().value()));
          case GaugeMeter g -> stats.add(stat(g.name(), g.gauge().value()));
          case HistogramMeter h -> {
            stats.add(stat(h.name() + ".count", total(h.histogram().counts())));
            stats.add(stat(h.name() + ".sum", h.histogram().sum()));
          }
        }
      }
    }
    StringBuilder out = new StringBuilder();
    Json.write(out, Map.of("stats", stats));
    return out.append('\n').toString();
  }

  private static Map<String, Object> stat(String name, long value) {
    Map<String, Object> stat = new LinkedHashMap<>();
    stat.put("name", name);
    stat.put("value", value);
    return stat;
  }

  private static void quantiles(Histogram histogram, StringBuilder out) {
    if (total(histogram.counts()) == 0) {
      out.append("No recorded values");
      return;
    }
    for (double q : QUANTILES) {
      out.append(q == 0 ? "" : " ").append('P').append(number(q * 100));
      // Before the comma stands Envoy's last interval, which is not kept here.
      out.append("(nan,").append(number(histogram.quantile(q))).append(')');
    }
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
