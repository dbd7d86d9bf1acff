package io.headgate.dataplane.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * All meters as text: {@code /stats} in Envoy's form, and the Prometheus exposition format 0.0.4.
 */
public final class StatsText {
  private static final double[] QUANTILES = {0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1};

  private StatsText() {}

  /** Returns {@code name: value} lines; names that do not contain {@code filter} are left out. */
  public static String plain(Meters meters, String filter) {
    StringBuilder out = new StringBuilder();
    StringBuilder histograms = new StringBuilder();
    for (Meters.Meter meter : meters.all()) {
      if (!meter.name().contains(filter)) {
        continue;
      }
      switch (meter) {
        case Meters.CounterMeter m -> line(out, m.name(), Long.toString(m.counter().value()));
        case Meters.GaugeMeter m -> line(out, m.name(), Long.toString(m.gauge().value()));
        case Meters.HistogramMeter m -> line(histograms, m.name(), summary(m.histogram()));
      }
    }
    return out.append(histograms).toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append(name).append(": ").append(value).append('\n');
  }

  private static String summary(Histogram histogram) {
    if (Double.isNaN(histogram.quantile(0.5))) {
      return "No recorded values";
    }
    StringBuilder text = new StringBuilder();
    for (double q : QUANTILES) {
      text.append(text.isEmpty() ? "" : " ")
          .append('P')
          .append(number(q * 100))
          .append('(')
          .append(number(histogram.quantile(q)))
          .append(')');
    }
    return text.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4g", value).replaceAll("0+$", "");
  }

  /** Returns all meters for Prometheus. */
  public static String prometheus(Meters meters) {
    Map<String, List<Meters.Meter>> families = new TreeMap<>();
    for (Meters.Meter meter : meters.all()) {
      families.computeIfAbsent(meter.series().family(), f -> new ArrayList<>()).add(meter);
    }
    StringBuilder out = new StringBuilder();
    families.forEach((family, members) -> {
      out.append("# TYPE ").append(family).append(' ').append(type(members.getFirst()));
      out.append('\n');
      members.forEach(meter -> sample(out, family, meter));
    });
    return out.toString();
  }

  private static String type(Meters.Meter meter) {
    return switch (meter) {
      case Meters.CounterMeter m -> "counter";
      case Meters.GaugeMeter m -> "gauge";
      case Meters.HistogramMeter m -> "histogram";
    };
  }

  private static void sample(StringBuilder out, String family, Meters.Meter meter) {
    List<String> labels = meter.series().labels();
    switch (meter) {
      case Meters.CounterMeter m -> value(out, family, labels, "", m.counter().value());
      case Meters.GaugeMeter m -> value(out, family, labels, "", m.gauge().value());
      case Meters.HistogramMeter m -> {
        long[] counts = m.histogram().counts();
        double[] bounds = Histogram.bounds();
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
          below += counts[i];
          String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
          value(out, family + "_bucket", labels, bound, below);
        }
        value(out, family + "_sum", labels, "", m.histogram().sum());
        value(out, family + "_count", labels, "", below);
      }
    }
  }

  private static void value(
      StringBuilder out, String name, List<String> labels, String bound, long value) {
    out.append(name);
    if (!labels.isEmpty() || !bound.isEmpty()) {
      String separator = "{";
      for (int i = 0; i < labels.size(); i += 2) {
        out.append(separator).append(labels.get(i)).append("=\"");
        out.append(escape(labels.get(i + 1))).append('"');
        separator = ",";
      }
      if (!bound.isEmpty()) {
        out.append(separator).append("le=\"").append(bound).append('"');
      }
      out.append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private static String escape(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
