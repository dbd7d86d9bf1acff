package io.headgate.controlplane.fleetstate;

import java.util.Set;

/**
 * Is told what changed in the fleet, whichever replica saw it.
 *
 * <p>Thread: whichever brought the change, outside the lock; returns at once.
 */
public interface FleetListener {
  /** The state of these proxies (node ids) may have changed. */
  void proxiesChanged(Set<String> nodeIds);

  /** A proxy refused something. */
  void nacked(Nack nack);
}
