package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the SDK of OpenTelemetry, and any exporter behind it, sees of our meters. */
class TelemetryTest {
  private final Meters meters = new Meters();
  private final Scope scope = meters.cluster("c1");

  private static MetricData metric(Collection<MetricData> all, String name) {
    return all.stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aCounterIsAMonotonicSumWithItsLabels() {
    scope.counter("upstream_rq_total").add(3);
    meters.cluster("c2").counter("upstream_rq_total").add(4);
    try (Telemetry telemetry =
        new Telemetry(meters, Map.of("service.instance.id", "p1"), List.of())) {
      MetricData metric = metric(telemetry.collect(), "envoy_cluster_upstream_rq_total");
      assertThat(metric.getLongSumData().isMonotonic()).isTrue();
      assertThat(metric.getLongSumData().getPoints())
          .extracting(LongPointData::getAttributes, LongPointData::getValue)
          .containsExactly(tuple(cluster("c1"), 3L), tuple(cluster("c2"), 4L));
      assertThat(metric.getResource().getAttribute(AttributeKey.stringKey("service.instance.id")))
          .isEqualTo("p1");
    }
  }

  private static Attributes cluster(String name) {
    return Attributes.of(AttributeKey.stringKey("envoy_cluster_name"), name);
  }

  @Test
  void aMeterThatComesOrGoesLaterIsSeen() {
    try (Telemetry telemetry = new Telemetry(meters, Map.of(), List.of())) {
      assertThat(telemetry.collect()).isEmpty();
      scope.gauge("membership_healthy").set(7);
      assertThat(
              metric(telemetry.collect(), "envoy_cluster_membership_healthy")
                  .getLongGaugeData()
                  .getPoints())
          .extracting(LongPointData::getValue)
          .containsExactly(7L);
      meters.forget(scope);
      assertThat(telemetry.collect()).isEmpty();
    }
  }

  @Test
  void aHistogramKeepsItsBuckets() {
    Histogram times = scope.histogram("upstream_rq_time");
    times.record(3);
    times.record(3);
    times.record(4_000_000);
    try (Telemetry telemetry = new Telemetry(meters, Map.of(), List.of())) {
      HistogramPointData point =
          metric(telemetry.collect(), "envoy_cluster_upstream_rq_time")
              .getHistogramData()
              .getPoints()
              .iterator()
              .next();
      assertThat(point.getCount()).isEqualTo(3);
      assertThat(point.getSum()).isEqualTo(4_000_006);
      assertThat(point.getCounts().get(point.getBoundaries().indexOf(5.0))).isEqualTo(2);
      assertThat(point.getCounts().getLast()).isEqualTo(1);
    }
  }

  @Test
  void anExporterOfTheSdkGetsThem() {
    Remembering exporter = new Remembering();
    scope.counter("upstream_rq_total").add(5);
    PeriodicMetricReader reader = PeriodicMetricReader.create(exporter);
    try (Telemetry telemetry = new Telemetry(meters, Map.of(), List.of(reader))) {
      assertThat(reader.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
      assertThat(exporter.got)
          .extracting(MetricData::getName)
          .contains("envoy_cluster_upstream_rq_total");
      assertThat(telemetry.collect()).isNotEmpty();
    }
  }

  /** Keeps what is exported. */
  private static final class Remembering implements MetricExporter {
    private final List<MetricData> got = new CopyOnWriteArrayList<>();

    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      got.addAll(metrics);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }
  }
}
