package io.headgate.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What an operator says of one host, until it expires. {@code Override} in manifests.
 *
 * @param metadata its name is {@code service/instance}
 * @param weight takes the place of the host's own weight, 0 or more; null leaves it
 * @param drain no new requests; those in flight end
 * @param quarantine the host counts as unhealthy
 */
public record HostOverride(
    ObjectMeta metadata, @Nullable Double weight, boolean drain, boolean quarantine, String reason)
    implements FleetObject {

  @Override
  public Kind kind() {
    return Kind.OVERRIDE;
  }

  /** The host that is meant. */
  public HostKey host() {
    return HostKey.of(key());
  }
}
