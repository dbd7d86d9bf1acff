package io.headgate.dataplane.otlp;

import io.headgate.dataplane.observe.Histogram;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Meters.CounterMeter;
import io.headgate.dataplane.observe.Meters.GaugeMeter;
import io.headgate.dataplane.observe.Meters.HistogramMeter;
import io.headgate.dataplane.observe.Meters.Meter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes meters as an {@code ExportMetricsServiceRequest}: names without the parts that are labels,
 * as Envoy's sink writes them, for example {@code cluster.upstream_rq_total} with {@code
 * envoy.cluster_name}. Spec: OTLP 1.5, metrics.proto.
 */
final class OtlpMetrics {
  private static final int CUMULATIVE = 2;

  private OtlpMetrics() {}

  /** When counting began, and now, in nanoseconds since 1970. */
  record Times(long start, long now) {}

  static byte[] encode(Map<String, String> resource, Meters meters, Times times) {
    Map<String, List<Meter>> families = new TreeMap<>();
    for (Meter meter : meters.all()) {
      families.computeIfAbsent(meter.series().plain(), f -> new ArrayList<>()).add(meter);
    }
    return new ProtoOut()
        .message(
            1,
            all ->
                all.message(1, r -> resource.forEach((name, value) -> r.attribute(1, name, value)))
                    .message(
                        2,
                        scope -> {
                          scope.message(1, s -> s.text(1, "headgate"));
                          families.forEach((name, members) ->
                              scope.message(2, to -> family(to, name, members, times)));
                        }))
        .toBytes();
  }

  private static void family(ProtoOut to, String name, List<Meter> members, Times times) {
    to.text(1, name);
    switch (members.getFirst()) {
      case CounterMeter _ ->
          to.message(
              7,
              sum -> {
                points(sum, members, times);
                sum.varint(2, CUMULATIVE).varint(3, 1);
              });
      case GaugeMeter _ -> to.message(5, gauge -> points(gauge, members, times));
      case HistogramMeter _ ->
          to.message(
              9,
              histogram -> {
                points(histogram, members, times);
                histogram.varint(2, CUMULATIVE);
              });
    }
  }

  private static void points(ProtoOut to, List<Meter> members, Times times) {
    for (Meter meter : members) {
      to.message(
          1,
          point -> {
            point.fixed64(2, times.start()).fixed64(3, times.now());
            switch (meter) {
              case CounterMeter c -> number(point, c.counter().value(), meter);
              case GaugeMeter g -> number(point, g.gauge().value(), meter);
              case HistogramMeter h -> histogram(point, h.histogram(), meter);
            }
          });
    }
  }

  private static void number(ProtoOut to, long value, Meter meter) {
    to.fixed64(6, value);
    attributes(to, 7, meter);
  }

  private static void histogram(ProtoOut to, Histogram histogram, Meter meter) {
    long[] counts = histogram.counts();
    double[] bounds = Histogram.bounds();
    long total = 0;
    ByteBuffer packed = ByteBuffer.allocate(8 * counts.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long count : counts) {
      total += count;
      packed.putLong(count);
    }
    ByteBuffer limits = ByteBuffer.allocate(8 * bounds.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double bound : bounds) {
      limits.putDouble(bound);
    }
    to.fixed64(4, total).real(5, histogram.sum());
    to.bytes(6, packed.array()).bytes(7, limits.array());
    attributes(to, 9, meter);
  }

  private static void attributes(ProtoOut to, int field, Meter meter) {
    List<String> labels = meter.series().labels();
    for (int i = 0; i + 1 < labels.size(); i += 2) {
      String name = labels.get(i);
      to.attribute(
          field,
          name.startsWith("envoy_") ? "envoy." + name.substring(6) : name,
          labels.get(i + 1));
    }
  }
}
