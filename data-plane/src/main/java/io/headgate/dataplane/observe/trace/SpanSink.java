package io.headgate.dataplane.observe.trace;

/** Takes spans that are over. Thread: any event loop; never blocks. */
@FunctionalInterface
public interface SpanSink {
  /** Takes a span, or drops it when too many wait. */
  void take(FinishedSpan span);
}
