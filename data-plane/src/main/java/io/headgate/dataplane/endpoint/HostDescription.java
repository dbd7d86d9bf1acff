package io.headgate.dataplane.endpoint;

/**
 * What admin and load reports say of a host beside its address.
 *
 * @param region locality region, empty when not given
 * @param zone locality zone, empty when not given
 * @param subZone locality sub-zone, empty when not given
 * @param localityWeight the locality's share among its priority; 0 when it has none
 * @param hostname the name that discovery gave, empty when none
 * @param healthStatus discovery's word for its health, in Envoy's spelling, for example {@code
 *     HEALTHY}
 */
public record HostDescription(
    String region,
    String zone,
    String subZone,
    long localityWeight,
    String hostname,
    String healthStatus) {

  /** Nothing known. */
  public static final HostDescription NONE = new HostDescription("", "", "", 0, "", "UNKNOWN");
}
