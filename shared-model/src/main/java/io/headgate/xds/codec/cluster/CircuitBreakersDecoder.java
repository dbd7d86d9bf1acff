package io.headgate.xds.codec.cluster;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.CircuitBreakers.RetryBudget;
import io.headgate.xds.model.cluster.CircuitBreakers.Thresholds;
import java.util.List;
import java.util.Map;

/** Decodes circuit breakers. */
final class CircuitBreakersDecoder {
  private static final Map<String, Boolean> PRIORITIES = Map.of("DEFAULT", false, "HIGH", true);

  private CircuitBreakersDecoder() {}

  private record Entry(boolean high, Thresholds thresholds) {}

  static CircuitBreakers decode(MessageReader r) {
    List<Entry> hosts = r.list("per_host_thresholds", CircuitBreakersDecoder::perHost);
    List<Entry> entries = r.list("thresholds", t -> entry(t, hosts));
    return new CircuitBreakers(first(entries, hosts, false), first(entries, hosts, true));
  }

  /** When a priority is there twice, the first counts. */
  private static Thresholds first(List<Entry> entries, List<Entry> hosts, boolean high) {
    return entries.stream()
        .filter(e -> e.high == high)
        .findFirst()
        .map(Entry::thresholds)
        .orElseGet(() -> plain(connectionsPerHost(hosts, high)));
  }

  private static Thresholds plain(long connectionsPerHost) {
    Thresholds plain = Thresholds.DEFAULT;
    return new Thresholds(
        plain.maxConnections(),
        plain.maxPendingRequests(),
        plain.maxRequests(),
        plain.maxRetries(),
        null,
        false,
        connectionsPerHost);
  }

  private static long connectionsPerHost(List<Entry> hosts, boolean high) {
    return hosts.stream()
        .filter(e -> e.high == high)
        .findFirst()
        .map(e -> e.thresholds.maxConnectionsPerHost())
        .orElse(Thresholds.UNLIMITED);
  }

  /** Of the bounds of each host there is only one; the others are refused as unread. */
  private static Entry perHost(MessageReader r) {
    Boolean high = r.oneOf("priority", PRIORITIES);
    long connections = r.wrappedInteger("max_connections", Thresholds.UNLIMITED);
    return new Entry(r.built(high), plain(connections));
  }

  private static Entry entry(MessageReader r, List<Entry> hosts) {
    Boolean priority = r.oneOf("priority", PRIORITIES);
    Thresholds defaults = Thresholds.DEFAULT;
    boolean high = r.built(priority);
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
                            "min_retry_concurrency", RetryBudget.DEFAULT.minConcurrency()))),
            r.bool("track_remaining"),
            connectionsPerHost(hosts, high));
    return new Entry(high, thresholds);
  }
}
