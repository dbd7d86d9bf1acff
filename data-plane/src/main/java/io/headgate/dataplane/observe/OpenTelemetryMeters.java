package io.headgate.dataplane.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * The meters of the process as OpenTelemetry metrics: one metric for each family, one point for
 * each set of labels. The cells are read when somebody collects; the request path knows nothing of
 * it. Counters are monotonic sums and histograms have explicit buckets, both cumulative.
 *
 * <p><b>Thread:</b> any.
 */
public final class OpenTelemetryMeters implements MetricProducer {
  private static final List<Double> BOUNDS = DoubleStream.of(Histogram.bounds()).boxed().toList();

  private final Meters meters;
  private final Clock clock;
  private final long startNanos;

  /** Makes the source of these meters; their counting began now. */
  public OpenTelemetryMeters(Meters meters) {
    this.meters = meters;
    this.clock = Clock.getDefault();
    this.startNanos = clock.now();
  }

  @Override
  public Collection<MetricData> produce(Resource resource) {
    long now = clock.now();
    Map<String, List<Meters.Meter>> families = new TreeMap<>();
    for (Meters.Meter meter : meters.all()) {
      families.computeIfAbsent(meter.series().family(), f -> new ArrayList<>()).add(meter);
    }
    List<MetricData> metrics = new ArrayList<>(families.size());
    families.forEach((name, members) ->
        metrics.add(
            switch (members.getFirst()) {
              case Meters.CounterMeter _ ->
                  new Family(resource, name, MetricDataType.LONG_SUM, sum(members, now));
              case Meters.GaugeMeter _ ->
                  new Family(resource, name, MetricDataType.LONG_GAUGE, gauge(members, now));
              case Meters.HistogramMeter _ ->
                  new Family(resource, name, MetricDataType.HISTOGRAM, histogram(members, now));
            }));
    return metrics;
  }

  private SumData<LongPointData> sum(List<Meters.Meter> members, long now) {
    return SumData.createLongSumData(
        true,
        AggregationTemporality.CUMULATIVE,
        members.stream()
            .filter(Meters.CounterMeter.class::isInstance)
            .map(Meters.CounterMeter.class::cast)
            .map(m -> LongPointData.create(startNanos, now, attributes(m), m.counter().value()))
            .toList());
  }

  private GaugeData<LongPointData> gauge(List<Meters.Meter> members, long now) {
    return GaugeData.createLongGaugeData(
        members.stream()
            .filter(Meters.GaugeMeter.class::isInstance)
            .map(Meters.GaugeMeter.class::cast)
            .map(m -> LongPointData.create(startNanos, now, attributes(m), m.gauge().value()))
            .toList());
  }

  private HistogramData histogram(List<Meters.Meter> members, long now) {
    return HistogramData.create(
        AggregationTemporality.CUMULATIVE,
        members.stream()
            .filter(Meters.HistogramMeter.class::isInstance)
            .map(Meters.HistogramMeter.class::cast)
            .map(m ->
                HistogramPointData.create(
                    startNanos,
                    now,
                    attributes(m),
                    m.histogram().sum(),
                    false,
                    0,
                    false,
                    0,
                    BOUNDS,
                    LongStream.of(m.histogram().counts()).boxed().toList()))
            .toList());
  }

  /** Returns the labels of a meter as its point has them. */
  public static Attributes attributes(Meters.Meter meter) {
    List<String> labels = meter.series().labels();
    AttributesBuilder builder = Attributes.builder();
    for (int i = 0; i + 1 < labels.size(); i += 2) {
      builder.put(AttributeKey.stringKey(labels.get(i)), labels.get(i + 1));
    }
    return builder.build();
  }
}
