package io.headgate.xds.model;

/** Range of IP addresses. */
public record CidrRange(String addressPrefix, int prefixLength) {
  public CidrRange {
    Checks.notEmpty(addressPrefix, "address_prefix");
    Checks.require(prefixLength >= 0 && prefixLength <= 128, "prefix_len must be within 0..128");
  }
}
