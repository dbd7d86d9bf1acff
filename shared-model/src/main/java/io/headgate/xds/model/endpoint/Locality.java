package io.headgate.xds.model.endpoint;

/** Where a proxy or an endpoint is. */
public record Locality(String region, String zone, String subZone) {
  public static final Locality NONE = new Locality("", "", "");
}
