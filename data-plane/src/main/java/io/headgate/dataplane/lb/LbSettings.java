package io.headgate.dataplane.lb;

/**
 * What a cluster's config says of load balancing.
 *
 * @param policy chooses within a priority
 * @param panicPercent a level with a smaller share of healthy hosts uses all hosts; 50 by default,
 *     0 turns panic off
 * @param overprovisioningPercent 140 by default
 * @param localityWeighted whether localities share by their weights
 */
public record LbSettings(
    BalancerFactory policy,
    int panicPercent,
    int overprovisioningPercent,
    boolean localityWeighted) {

  /** Envoy's default panic threshold. */
  public static final int DEFAULT_PANIC_PERCENT = 50;

  /** Envoy's default overprovisioning factor. */
  public static final int DEFAULT_OVERPROVISIONING_PERCENT = 140;

  public LbSettings {
    if (panicPercent < 0 || panicPercent > 100) {
      throw new IllegalArgumentException(
          "panic threshold " + panicPercent + " is not a percentage");
    }
    if (overprovisioningPercent < 1) {
      throw new IllegalArgumentException(
          "overprovisioning factor " + overprovisioningPercent + " is below 1");
    }
  }
}
