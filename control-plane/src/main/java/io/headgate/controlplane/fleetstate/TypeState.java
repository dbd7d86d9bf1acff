package io.headgate.controlplane.fleetstate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one resource type of one proxy is.
 *
 * @param typeUrl the type
 * @param expected how many resources its group has now, and their version
 * @param sent the newest version that was sent
 * @param acked the newest version that was acknowledged
 * @param nacked the refusal in force; null once something newer was acknowledged
 * @param serving how many of the expected resources serve
 * @param pending the others, the first {@value #MAX_PENDING} of them
 */
public record TypeState(
    String typeUrl,
    Goal expected,
    @Nullable VersionMark sent,
    @Nullable VersionMark acked,
    @Nullable Nack nacked,
    int serving,
    List<PendingResource> pending) {
  /** Pending resources beyond this many are only counted. */
  public static final int MAX_PENDING = 50;

  public TypeState {
    pending = List.copyOf(pending);
  }

  /** The version and the number of the expected resources. */
  public record Goal(String version, int resources) {}

  /** True when everything that is expected serves. */
  public boolean converged() {
    return serving >= expected.resources() && pending.isEmpty();
  }

  /** True when the proxy refused what its group has now, and not because this replica is behind. */
  public boolean refusedNow() {
    return nacked != null && !nacked.stale() && !converged();
  }
}
