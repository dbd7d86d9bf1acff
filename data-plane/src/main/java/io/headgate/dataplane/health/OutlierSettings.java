package io.headgate.dataplane.health;

/**
 * What a cluster's config says of outlier ejection. A threshold of 0 turns that kind off.
 *
 * @param thresholds failures in a row
 * @param splitLocalOrigin whether connect errors, timeouts and resets are counted apart from
 *     answers; if not, they count as 5xx and gateway failures
 * @param times how long an ejection lasts
 * @param maxEjectionPercent at most this share of the hosts is ejected
 * @param alwaysEjectOne whether one host may be ejected whatever the share is
 */
public record OutlierSettings(
    Thresholds thresholds,
    boolean splitLocalOrigin,
    Times times,
    int maxEjectionPercent,
    boolean alwaysEjectOne) {

  /**
   * Failures in a row that eject.
   *
   * @param fiveXx answers with 5xx
   * @param gateway answers with 502, 503, 504
   * @param localOrigin connect errors and what else never got an answer; used when split
   */
  public record Thresholds(Row fiveXx, Row gateway, Row localOrigin) {}

  /**
   * One kind of failure.
   *
   * @param threshold how many in a row eject; 0 for never
   * @param enforcingPercent the chance that an ejection is carried out
   */
  public record Row(int threshold, int enforcingPercent) {}

  /**
   * Times in nanoseconds.
   *
   * @param intervalNanos how often ejected hosts are looked at
   * @param baseEjectionNanos times the number of ejections in a row
   * @param maxEjectionNanos the cap of that product
   * @param maxJitterNanos a random part of it is added to each ejection
   */
  public record Times(
      long intervalNanos, long baseEjectionNanos, long maxEjectionNanos, long maxJitterNanos) {

    public Times {
      if (intervalNanos <= 0) {
        throw new IllegalArgumentException("interval is not positive");
      }
    }
  }
}
