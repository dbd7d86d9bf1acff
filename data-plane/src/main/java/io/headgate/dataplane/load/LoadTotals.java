package io.headgate.dataplane.load;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.EndpointLoad;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.LoadMetric;

/**
 * What has been reported of one endpoint so far; the next report is the difference to it.
 *
 * <p>Thread: confined to the reporter.
 */
final class LoadTotals {

  private static final LoadMetric[] METRICS = LoadMetric.values();

  private Host host;
  private long successes;
  private long errors;
  private long latencyNanos;
  private long inFlight;
  private final long[] counts = new long[METRICS.length];
  private final double[] sums = new double[METRICS.length];

  LoadTotals(Host host) {
    this.host = host;
  }

  /** The host as the newest host set describes it. */
  Host host() {
    return host;
  }

  void host(Host newest) {
    host = newest;
  }

  Endpoint endpoint() {
    return host.endpoint();
  }

  /** What has come since the last call. */
  LoadDelta take() {
    EndpointLoad load = endpoint().load();
    long nowSuccesses = load.successes();
    long nowErrors = load.errors();
    long nowLatency = load.latencyNanos();
    long nowInFlight = Math.max(0, load.active());
    long[] metricCounts = new long[METRICS.length];
    double[] metricSums = new double[METRICS.length];
    for (int i = 0; i < METRICS.length; i++) {
      long count = load.metricCount(METRICS[i]);
      double sum = load.metricSum(METRICS[i]);
      metricCounts[i] = count - counts[i];
      metricSums[i] = Math.max(0, sum - sums[i]);
      counts[i] = count;
      sums[i] = sum;
    }
    long ended = nowSuccesses - successes + nowErrors - errors;
    LoadDelta delta =
        new LoadDelta(
            new LoadDelta.Requests(
                nowSuccesses - successes,
                nowErrors - errors,
                nowInFlight,
                Math.max(0, ended + nowInFlight - inFlight)),
            nowLatency - latencyNanos,
            metricCounts,
            metricSums);
    successes = nowSuccesses;
    errors = nowErrors;
    latencyNanos = nowLatency;
    inFlight = nowInFlight;
    return delta;
  }
}
