package io.headgate.dataplane.otlp;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.observe.trace.Tracer;
import io.headgate.dataplane.observe.trace.TracerFactory;
import io.headgate.xds.model.http.Tracing;
import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tracers of connection managers; those with equal collectors share one exporter, which
 * lives as long as the process.
 *
 * <p>Thread: the config thread; {@link #leave} any.
 */
public final class Tracers implements TracerFactory {
  private static final String GRPC = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private final Function<String, @Nullable Cluster> clusters;
  private final Map<String, String> identity;
  private final Tracer.Node node;
  private final EventLoop loop;
  private final Meters meters;
  private final Map<Tracing.Collector, SpanExporter> exporters = new ConcurrentHashMap<>();

  /**
   * Makes them for a process.
   *
   * @param identity attributes of the resource
   * @param loop where posts run
   */
  public Tracers(
      Function<String, @Nullable Cluster> clusters,
      Map<String, String> identity,
      Tracer.Node node,
      EventLoop loop,
      Meters meters) {
    this.clusters = clusters;
    this.identity = Map.copyOf(identity);
    this.node = node;
    this.loop = loop;
    this.meters = meters;
  }

  @Override
  public Tracer tracer(Tracing config, Scope scope) {
    SpanExporter sink = exporters.computeIfAbsent(config.collector(), this::exporter);
    return new Tracer(config, node, sink, scope);
  }

  /**
   * Posts the spans that wait; to be called when the process ends.
   *
   * @return completes when none waits any more, whatever became of them
   */
  public CompletableFuture<Void> leave() {
    return CompletableFuture.allOf(
        exporters.values().stream().map(SpanExporter::leave).toArray(CompletableFuture[]::new));
  }

  private SpanExporter exporter(Tracing.Collector to) {
    Map<String, String> resource = new LinkedHashMap<>(identity);
    if (!to.serviceName().isEmpty()) {
      resource.put("service.name", to.serviceName());
    }
    return new SpanExporter(
        new Collector(
            clusters,
            new Collector.Target(
                to.cluster(),
                to.grpc(),
                to.authority(),
                to.grpc() ? GRPC : to.path(),
                to.timeout())),
        resource,
        loop,
        meters);
  }
}
