package io.headgate.dataplane.admin;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.OpenTelemetryMeters;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Writes OpenTelemetry metrics in the Prometheus text format 0.0.4. The names stay as they are:
 * they are Envoy's, and a suffix that the format does not ask for would part them from Envoy's.
 * <b>Thread:</b> any.
 */
final class PrometheusText {
  private PrometheusText() {}

  /** One line of values, by name and labels. */
  private record Series(String family, Attributes labels) {}

  /** Returns those of the metrics whose meters are chosen. */
  static String of(Collection<MetricData> metrics, Meters meters, StatsText.Choice choice) {
    Set<Series> chosen = new HashSet<>();
    for (Meters.Meter meter : meters.all()) {
      if (choice.takes(meter)) {
        chosen.add(new Series(meter.series().family(), OpenTelemetryMeters.attributes(meter)));
      }
    }
    StringBuilder out = new StringBuilder();
    for (MetricData metric : metrics) {
      family(metric, point -> chosen.contains(new Series(metric.getName(), point)), out);
    }
    return out.toString();
  }

  private static void family(MetricData metric, Predicate<Attributes> chosen, StringBuilder out) {
    List<? extends PointData> points =
        metric.getData().getPoints().stream()
            .filter(point -> chosen.test(point.getAttributes()))
            .toList();
    if (points.isEmpty()) {
      return;
    }
    String family = metric.getName();
    out.append("# TYPE ").append(family).append(' ').append(type(metric)).append('\n');
    for (PointData point : points) {
      String labels = labels(point.getAttributes());
      if (point instanceof HistogramPointData histogram) {
        histogram(histogram, family, labels, out);
      } else if (point instanceof LongPointData value) {
        line(out, family, labels, Long.toString(value.getValue()));
      }
    }
  }

  private static String type(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_SUM, DOUBLE_SUM -> "counter";
      case LONG_GAUGE, DOUBLE_GAUGE -> "gauge";
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> "histogram";
      case SUMMARY -> "summary";
    };
  }

  private static void histogram(
      HistogramPointData histogram, String family, String labels, StringBuilder out) {
    List<Long> counts = histogram.getCounts();
    List<Double> bounds = histogram.getBoundaries();
    long cumulated = 0;
    String comma = labels.isEmpty() ? "" : ",";
    for (int i = 0; i < counts.size(); i++) {
      cumulated += counts.get(i);
      String le = i < bounds.size() ? StatsText.number(bounds.get(i)) : "+Inf";
      line(out, family + "_bucket", labels + comma + "le=\"" + le + "\"", Long.toString(cumulated));
    }
    line(out, family + "_sum", labels, StatsText.number(histogram.getSum()));
    line(out, family + "_count", labels, Long.toString(cumulated));
  }

  private static void line(StringBuilder out, String name, String labels, String value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private static String labels(Attributes attributes) {
    StringBuilder out = new StringBuilder();
    attributes.forEach((AttributeKey<?> key, Object label) -> {
      String value =
          label.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      out.append(out.isEmpty() ? "" : ",").append(key.getKey());
      out.append("=\"").append(value).append('"');
    });
    return out.toString();
  }
}
