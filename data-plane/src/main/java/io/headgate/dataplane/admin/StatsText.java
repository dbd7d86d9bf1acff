package io.headgate.dataplane.admin;

import com.google.re2j.Pattern;
import io.headgate.dataplane.observe.Histogram;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Meters.CounterMeter;
import io.headgate.dataplane.observe.Meters.GaugeMeter;
import io.headgate.dataplane.observe.Meters.HistogramMeter;
import io.headgate.dataplane.observe.Meters.Meter;
import io.headgate.dataplane.observe.Meters.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes meters, as Envoy's {@code /stats} does and in the Prometheus text format 0.0.4. */
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

  static String prometheus(Meters meters, Choice choice) {
    Map<String, List<Meter>> families = new TreeMap<>();
    for (Meter meter : meters.all()) {
      if (choice.takes(meter)) {
        families.computeIfAbsent(meter.series().family(), f -> new ArrayList<>()).add(meter);
      }
    }
    StringBuilder out = new StringBuilder();
    families.forEach((family, members) -> family(family, members, out));
    return out.toString();
  }

  private static void family(String family, List<Meter> members, StringBuilder out) {
    String type =
        switch (members.getFirst()) {
          case CounterMeter c -> "counter";
          case GaugeMeter g -> "gauge";
          case HistogramMeter h -> "histogram";
        };
    out.append("# TYPE ").append(family).append(' ').append(type).append('\n');
    for (Meter meter : members) {
      String labels = labels(meter.series());
      switch (meter) {
        case CounterMeter c -> line(out, family, labels, Long.toString(c.counter().value()));
        case GaugeMeter g -> line(out, family, labels, Long.toString(g.gauge().value()));
        case HistogramMeter h -> histogram(h.histogram(), family, labels, out);
      }
    }
  }

  private static void histogram(
      Histogram histogram, String family, String labels, StringBuilder out) {
    long[] counts = histogram.counts();
    double[] bounds = Histogram.bounds();
    long cumulated = 0;
    String comma = labels.isEmpty() ? "" : ",";
    for (int i = 0; i < counts.length; i++) {
      cumulated += counts[i];
      String le = i < bounds.length ? number(bounds[i]) : "+Inf";
      line(out, family + "_bucket", labels + comma + "le=\"" + le + "\"", Long.toString(cumulated));
    }
    line(out, family + "_sum", labels, Long.toString(histogram.sum()));
    line(out, family + "_count", labels, Long.toString(cumulated));
  }

  private static void line(StringBuilder out, String name, String labels, String value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private static String labels(Series series) {
    StringBuilder out = new StringBuilder();
    List<String> labels = series.labels();
    for (int i = 0; i + 1 < labels.size(); i += 2) {
      String value =
          labels.get(i + 1).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      out.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"").append(value).append('"');
    }
    return out.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
