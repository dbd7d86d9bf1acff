package io.headgate.attack;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Counters and gauges at one moment. */
record Figures(Map<String, Long> values) {

  /**
   * Counters that say why a connection or a request was ended by the proxy. What tells only how a
   * connection closed after that, or counts answers, is not among them.
   */
  private static final Pattern VERDICT =
      Pattern.compile(
          "(headgate_)?http\\..*\\.downstream_(rq_timeout|rq_(header|idle)_timeout"
              + "|rq_max_duration_reached|cx_(idle_timeout|max_duration_reached|drain_close"
              + "|max_requests_reached|protocol_error|overload_\\w+|too_fast_total))"
              + "|http2\\..*(_flood|_flood_total|_timeout|_timeout_total)"
              + "|listener\\..*\\.downstream_(\\w+_timeout|\\w+_overflow|\\w+_reject)");

  /** What changed since, for messages. */
  Map<String, Long> since(Figures before) {
    Map<String, Long> changes = new TreeMap<>();
    values.forEach((name, value) -> {
      long change = value - before.values.getOrDefault(name, 0L);
      if (change != 0) {
        changes.put(name, change);
      }
    });
    return changes;
  }

  /** What the proxy has ended since, by the counter that names the reason. */
  Map<String, Long> verdictsSince(Figures before) {
    Map<String, Long> verdicts = since(before);
    verdicts.keySet().removeIf(name -> !VERDICT.matcher(name).matches());
    return verdicts;
  }

  /** The value of a counter or gauge; one that does not exist is an error of the test. */
  long of(String name) {
    return Objects.requireNonNull(values.get(name), () -> "there is no meter " + name);
  }
}
