package io.headgate.controlplane.image;

import io.headgate.fleet.Host;
import io.headgate.fleet.HostOverride;
import org.jspecify.annotations.Nullable;

/**
 * One host with everything that bears on its share of the traffic.
 *
 * @param host as it registered itself
 * @param override the operator's word, null when there is none in force
 * @param weight the feedback loop's factor
 * @param revision etcd revision of the registration
 * @param lease the lease it lives by, 0 for none
 */
public record ImageHost(
    Host host, @Nullable HostOverride override, FleetWeight weight, long revision, long lease) {

  /** The operator's weight, else the host's own. */
  public double configuredWeight() {
    HostOverride word = override;
    if (word != null) {
      Double operator = word.weight();
      if (operator != null) {
        return operator;
      }
    }
    return host.details().weight();
  }

  /** The configured weight times the fleet's factor. */
  public double effectiveWeight() {
    return configuredWeight() * weight.factor();
  }

  /** Takes no new requests, by its own word or the operator's. */
  public boolean draining() {
    return host.details().draining() || (override != null && override.drain());
  }

  /** Counts as unhealthy by the operator's word. */
  public boolean quarantined() {
    return override != null && override.quarantine();
  }
}
