package io.headgate.xds.model.cluster;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/**
 * Passive health checks: hosts that fail in a row are ejected for a while.
 *
 * @param localOriginFailures counts connect errors and timeouts; only when they are split off
 * @param splitLocalOrigin whether errors made here count apart from those of the host
 */
public record OutlierDetection(
    Consecutive serverErrors,
    Consecutive gatewayFailures,
    Consecutive localOriginFailures,
    boolean splitLocalOrigin,
    Ejection ejection) {
  public static final OutlierDetection DEFAULT =
      new OutlierDetection(
          new Consecutive(5, 100),
          new Consecutive(5, 0),
          new Consecutive(5, 100),
          false,
          Ejection.DEFAULT);

  /**
   * Ejection after a run of failures.
   *
   * @param enforcingPercent chance that the ejection is carried out; 0 switches the kind off
   */
  public record Consecutive(int threshold, int enforcingPercent) {
    public Consecutive {
      Checks.atLeast(threshold, 0, "threshold");
      Checks.percent(enforcingPercent, "enforcing");
    }
  }

  /**
   * For how long and how many.
   *
   * @param interval of the sweep that brings hosts back
   * @param baseTime multiplied by the number of ejections in a row
   * @param maxTime cap of that product
   * @param maxPercent of the cluster that may be ejected
   * @param alwaysEjectOneHost one host may go whatever the percentage says
   * @param maxTimeJitter added to the time at random
   */
  public record Ejection(
      Duration interval,
      Duration baseTime,
      Duration maxTime,
      int maxPercent,
      boolean alwaysEjectOneHost,
      Duration maxTimeJitter) {
    public static final Ejection DEFAULT =
        new Ejection(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(300),
            10,
            false,
            Duration.ZERO);

    public Ejection {
      Checks.positive(interval, "interval");
      Checks.positive(baseTime, "base_ejection_time");
      Checks.require(
          maxTime.compareTo(baseTime) >= 0,
          "max_ejection_time must be at least base_ejection_time");
      Checks.percent(maxPercent, "max_ejection_percent");
      Checks.notNegative(maxTimeJitter, "max_ejection_time_jitter");
    }
  }
}
