package io.headgate.dataplane.otlp;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.observe.trace.FinishedSpan;
import io.headgate.dataplane.observe.trace.SpanSink;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects spans and posts them: when a batch is full, else every second; one post at a time. Spans
 * that find the queue full, or whose post fails, are dropped and counted.
 *
 * <p>Thread: spans from any loop; posts on one loop.
 */
final class SpanExporter implements SpanSink {
  private static final Logger log = LoggerFactory.getLogger(SpanExporter.class);
  private static final int BATCH = 512;
  private static final int MAX_WAITING = 4096;
  private static final long EVERY_MILLIS = 1000;

  private final ConcurrentLinkedQueue<FinishedSpan> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean posting = new AtomicBoolean();
  private final Collector collector;
  private final Map<String, String> resource;
  private final EventLoop loop;
  private final Counter sent;
  private final Counter dropped;
  private final Counter timer;
  private volatile boolean failing;

  /** Completed when nothing is left to post; null as long as nobody waits. Confined to the loop. */
  private @Nullable CompletableFuture<Void> leaving;

  SpanExporter(Collector collector, Map<String, String> resource, EventLoop loop, Meters meters) {
    this.collector = collector;
    this.resource = Map.copyOf(resource);
    this.loop = loop;
    Scope scope = meters.scope("tracing").scope("opentelemetry");
    sent = scope.counter("spans_sent");
    dropped = scope.counter("spans_dropped");
    timer = scope.counter("timer_flushed");
    var _ =
        loop.scheduleWithFixedDelay(this::tick, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void take(FinishedSpan span) {
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
      dropped.add();
      return;
    }
    waiting.add(span);
    if (count.get() >= BATCH) {
      flush();
    }
  }

  private void tick() {
    if (!waiting.isEmpty()) {
      timer.add();
      flush();
    }
    leaveIfDone();
  }

  /**
   * Posts all that waits, batch after batch. Any thread.
   *
   * @return completes when nothing waits any more, whatever became of it
   */
  CompletableFuture<Void> leave() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> {
      leaving = done;
      flush();
      leaveIfDone();
    });
    return done;
  }

  private void leaveIfDone() {
    if (leaving != null && waiting.isEmpty() && !posting.get()) {
      var _ = leaving.complete(null);
    }
  }

  private void flush() {
    if (!posting.compareAndSet(false, true)) {
      return;
    }
    List<FinishedSpan> batch = new ArrayList<>();
    while (batch.size() < BATCH) {
      FinishedSpan next = waiting.poll();
      if (next == null) {
        break;
      }
      count.decrementAndGet();
      batch.add(next);
    }
    if (batch.isEmpty()) {
      posting.set(false);
      return;
    }
    loop.execute(() ->
        collector.post(
            OtlpSpans.encode(resource, batch), loop, problem -> posted(batch.size(), problem)));
  }

  private void posted(int spans, String problem) {
    posting.set(false);
    if (problem.isEmpty()) {
      sent.add(spans);
      failing = false;
    } else {
      dropped.add(spans);
      if (!failing) {
        failing = true;
        log.atWarn().addKeyValue("reason", problem).log("spans can not be exported");
      }
    }
    if (leaving != null || count.get() >= BATCH) {
      flush();
    }
    leaveIfDone();
  }
}
