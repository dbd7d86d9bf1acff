package io.headgate.xds.codec;

import io.headgate.xds.model.CircuitBreakers;
import io.headgate.xds.model.CircuitBreakers.RetryBudget;
import io.headgate.xds.model.CircuitBreakers.Thresholds;
import java.util.List;
import java.util.Map;

/** Decodes circuit breakers. */
final class CircuitBreakersDecoder {
  private CircuitBreakersDecoder() {}

  private record Entry(boolean high, Thresholds thresholds) {}

  static CircuitBreakers decode(MessageReader r) {
    List<Entry> entries = r.list("thresholds", CircuitBreakersDecoder::entry);
    return new CircuitBreakers(first(entries, false), first(entries, true));
  }

  /** When a priority is there twice, the first counts. */
  private static Thresholds first(List<Entry> entries, boolean high) {
    return entries.stream()
        .filter(e -> e.high == high)
        .findFirst()
        .map(Entry::thresholds)
        .orElse(Thresholds.DEFAULT);
  }

  private static Entry entry(MessageReader r) {
    Boolean high = r.oneOf("priority", Map.of("DEFAULT", false, "HIGH", true));
    Thresholds defaults = Thresholds.DEFAULT;
    Thresholds thresholds =
        new Thresholds(
            r.wrappedInteger("max_connections", defaults.maxConnections()),
            r.wrappedInteger("max_pending_requests", defaults.maxPendingRequests()),
            r.wrappedInteger("max_requests", defaults.maxRequests()),
            r.wrappedInteger("max_retries", defaults.maxRetries()),
            r.message(
                "retry_budget",
                b ->
                    new RetryBudget(
                        b.percent("budget_percent", RetryBudget.DEFAULT.percent()),
                        b.wrappedSmall(
                            "min_retry_concurrency", RetryBudget.DEFAULT.minConcurrency()))));
    return new Entry(r.built(high), thresholds);
  }
}
