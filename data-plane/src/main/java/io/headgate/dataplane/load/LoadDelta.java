package io.headgate.dataplane.load;

/**
 * The load of one endpoint since its last report.
 *
 * <p>Thread: confined to the reporter.
 */
final class LoadDelta {

  private final Requests requests;
  private final long latencyNanos;
  private final long[] metricCounts;
  private final double[] metricSums;

  /**
   * Numbers of requests.
   *
   * @param successes ended well
   * @param errors ended with a 5xx, a reset or a timeout
   * @param inFlight in flight now
   * @param issued begun
   */
  record Requests(long successes, long errors, long inFlight, long issued) {
    boolean isNothing() {
      return successes == 0 && errors == 0 && inFlight == 0 && issued == 0;
    }

    Requests plus(Requests other) {
      return new Requests(
          successes + other.successes,
          errors + other.errors,
          inFlight + other.inFlight,
          issued + other.issued);
    }
  }

  LoadDelta(Requests requests, long latencyNanos, long[] metricCounts, double[] metricSums) {
    this.requests = requests;
    this.latencyNanos = latencyNanos;
    this.metricCounts = metricCounts;
    this.metricSums = metricSums;
  }

  Requests requests() {
    return requests;
  }

  long latencyNanos() {
    return latencyNanos;
  }

  long metricCount(int slot) {
    return metricCounts[slot];
  }

  double metricSum(int slot) {
    return metricSums[slot];
  }
}
