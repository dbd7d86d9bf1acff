package io.headgate.controlplane.feedback;

import java.util.OptionalDouble;

/**
 * What all proxies together know of one host over one window.
 *
 * @param applicationUtilization mean of what the host said itself; 1 is fully used
 * @param cpuUtilization likewise
 * @param latencyMillis mean time of its answers
 */
public record HostSignal(
    Rates rates,
    OptionalDouble applicationUtilization,
    OptionalDouble cpuUtilization,
    OptionalDouble latencyMillis) {

  /**
   * Requests of a window.
   *
   * @param requestsPerSecond finished requests
   * @param errorsPerSecond those that failed
   * @param inFlight at the end of the window
   * @param proxies distinct proxies that reported
   */
  public record Rates(
      double requestsPerSecond, double errorsPerSecond, long inFlight, int proxies) {}

  /** Failed requests among the finished, 0 to 1. */
  double errorShare() {
    return rates.requestsPerSecond() > 0
        ? Math.min(1, rates.errorsPerSecond() / rates.requestsPerSecond())
        : 0;
  }

  /** The utilisation that is used: the application's, else the processor's. */
  public OptionalDouble utilisation() {
    return applicationUtilization.isPresent() ? applicationUtilization : cpuUtilization;
  }
}
