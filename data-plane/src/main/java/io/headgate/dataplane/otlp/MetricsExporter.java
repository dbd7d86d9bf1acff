package io.headgate.dataplane.otlp;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts all meters at an interval. They are written down on a thread of its own, since there may be
 * many; only the post runs on a loop.
 */
public final class MetricsExporter implements AutoCloseable {
  /** The collector's method. */
  public static final String METHOD =
      "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

  /** How long a post may take. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(MetricsExporter.class);

  private final Meters meters;
  private final Collector collector;
  private final Map<String, String> resource;
  private final EventLoop loop;
  private final Duration interval;
  private final Counter sent;
  private final Counter failed;
  private final InstantSource clock = InstantSource.system();
  private final long start = nanos(clock.instant());
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("otlp-metrics").daemon(true).factory());
  private final AtomicBoolean posting = new AtomicBoolean();
  private volatile boolean failing;

  /** Completed when the last post is over; null as long as nobody waits. Confined to the loop. */
  private @Nullable CompletableFuture<Void> leaving;

  /** Whether the last post has begun. Confined to the loop. */
  private boolean last;

  /** Makes an exporter for this interval. */
  public MetricsExporter(
      Meters meters,
      Collector collector,
      Map<String, String> resource,
      EventLoop loop,
      Duration interval) {
    this.interval = interval;
    this.meters = meters;
    this.collector = collector;
    this.resource = Map.copyOf(resource);
    this.loop = loop;
    Scope scope = meters.scope("headgate");
    sent = scope.counter("otlp_metrics_exports_total");
    failed = scope.counter("otlp_metrics_export_failures_total");
  }

  /** Begins; once. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::export, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static long nanos(Instant at) {
    return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
  }

  /** One post at a time: what a slow collector missed, the next one brings, as all are sums. */
  private void export() {
    if (!posting.compareAndSet(false, true)) {
      return;
    }
    OtlpMetrics.Times times = new OtlpMetrics.Times(start, nanos(clock.instant()));
    collector.post(OtlpMetrics.encode(resource, meters, times), loop, this::posted);
  }

  /**
   * Posts all meters once more, behind a post that is on its way; to be called when the process
   * ends. Any thread.
   *
   * @return completes when that is over, whatever became of it
   */
  public CompletableFuture<Void> leave() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> {
      leaving = done;
      if (!posting.get()) {
        exportLast();
      }
    });
    return done;
  }

  private void exportLast() {
    last = true;
    thread.execute(this::export);
  }

  private void posted(String problem) {
    posting.set(false);
    if (leaving != null && last) {
      var _ = leaving.complete(null);
    } else if (leaving != null) {
      exportLast();
    }
    if (problem.isEmpty()) {
      sent.add();
      failing = false;
      return;
    }
    failed.add();
    if (!failing) {
      failing = true;
      log.atWarn().addKeyValue("reason", problem).log("metrics can not be exported");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
