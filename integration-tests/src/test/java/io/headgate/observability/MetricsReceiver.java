package io.headgate.observability;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Takes metrics by OTLP over gRPC and keeps the newest value of each. */
final class MetricsReceiver extends MetricsServiceGrpc.MetricsServiceImplBase
    implements AutoCloseable {
  private final AtomicReference<Map<String, Long>> newest = new AtomicReference<>(Map.of());
  private final Server server;

  MetricsReceiver() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(16 << 20)
            .addService(this)
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void export(
      ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> answer) {
    Map<String, Long> values = new TreeMap<>(newest.get());
    request
        .getResourceMetricsList()
        .forEach(resource ->
            resource
                .getScopeMetricsList()
                .forEach(scope -> scope.getMetricsList().forEach(metric -> take(metric, values))));
    newest.set(values);
    answer.onNext(ExportMetricsServiceResponse.getDefaultInstance());
    answer.onCompleted();
  }

  private static void take(Metric metric, Map<String, Long> into) {
    switch (metric.getDataCase()) {
      case SUM -> numbers("sum ", metric, metric.getSum().getDataPointsList(), into);
      case GAUGE -> numbers("gauge ", metric, metric.getGauge().getDataPointsList(), into);
      case HISTOGRAM -> {
        for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
          String name = "histogram " + metric.getName() + labels(point.getAttributesList());
          into.put(name, point.getCount());
        }
      }
      case EXPONENTIAL_HISTOGRAM, SUMMARY, DATA_NOT_SET ->
          into.put(metric.getDataCase() + " " + metric.getName(), 0L);
    }
  }

  private static void numbers(
      String kind, Metric metric, List<NumberDataPoint> points, Map<String, Long> into) {
    for (NumberDataPoint point : points) {
      into.put(kind + metric.getName() + labels(point.getAttributesList()), point.getAsInt());
    }
  }

  private static Map<String, String> labels(List<KeyValue> attributes) {
    Map<String, String> labels = new TreeMap<>();
    attributes.forEach(each -> labels.put(each.getKey(), each.getValue().getStringValue()));
    return labels;
  }

  /** Values by kind, name and labels, as {@code sum cluster.upstream_rq_total{...}}. */
  Map<String, Long> values() {
    return newest.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
