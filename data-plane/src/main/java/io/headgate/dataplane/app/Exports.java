package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.trace.Tracer;
import io.headgate.dataplane.observe.trace.TracerFactory;
import io.headgate.dataplane.otlp.Collector;
import io.headgate.dataplane.otlp.MetricsExporter;
import io.headgate.dataplane.otlp.Tracers;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.Reports;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is pushed to collectors, spans and metrics, up to the end of the process. Thread: any. */
final class Exports implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Exports.class);

  private final Tracers tracers;
  private final @Nullable MetricsExporter metrics;

  /**
   * Makes what pushes; spans go out as they come, metrics from {@link #start} on.
   *
   * @param identity attributes of the resource
   * @param loop where posts run
   */
  Exports(
      Bootstrap bootstrap,
      Map<String, String> identity,
      Function<String, @Nullable Cluster> clusters,
      EventLoop loop,
      Meters meters) {
    Tracer.Node node = new Tracer.Node(bootstrap.node().id(), bootstrap.node().locality().zone());
    tracers = new Tracers(clusters, identity, node, loop, meters);
    Reports.MetricsSink sink = bootstrap.reports().metrics();
    metrics =
        sink == null
            ? null
            : new MetricsExporter(
                meters,
                new Collector(
                    clusters,
                    new Collector.Target(
                        sink.cluster(), true, "", MetricsExporter.METHOD, MetricsExporter.TIMEOUT)),
                identity,
                loop,
                sink.interval());
  }

  TracerFactory tracers() {
    return tracers;
  }

  void start() {
    if (metrics != null) {
      metrics.start();
    }
  }

  /** Pushes what waits, as long as this. */
  void leave(Duration bound) throws InterruptedException {
    CompletableFuture<Void> spans = tracers.leave();
    CompletableFuture<Void> all =
        metrics == null ? spans : CompletableFuture.allOf(spans, metrics.leave());
    try {
      var _ = all.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.atWarn()
          .addKeyValue("waited_ms", bound.toMillis())
          .log("collectors do not answer: spans and metrics that waited are lost");
    }
  }

  @Override
  public void close() {
    if (metrics != null) {
      metrics.close();
    }
  }
}
