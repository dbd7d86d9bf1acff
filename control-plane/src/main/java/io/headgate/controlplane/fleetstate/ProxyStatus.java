package io.headgate.controlplane.fleetstate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one proxy, at one moment.
 *
 * @param identity who it is
 * @param replica the replica that it is or was connected to
 * @param presence whether it is there
 * @param report what it says of itself; null for a client without the status stream
 * @param types how far each type is that it subscribed to, by type URL
 */
public record ProxyStatus(
    ProxyIdentity identity,
    String replica,
    Presence presence,
    @Nullable SelfReport report,
    List<TypeState> types) {
  public ProxyStatus {
    types = List.copyOf(types);
  }

  /** Derived state, the worst first. */
  public enum State {
    UNKNOWN,
    NACKED,
    PENDING,
    CONVERGED
  }

  /** What {@code serving} is known from. */
  public enum Evidence {
    /** The proxy's own report. */
    STATUS,
    /** Acknowledgements only: valid by itself, perhaps not in force. */
    ACK
  }

  public State state() {
    if (!presence.connected()) {
      return State.UNKNOWN;
    }
    if (types.stream().anyMatch(TypeState::refusedNow)) {
      return State.NACKED;
    }
    boolean converged = !types.isEmpty() && types.stream().allMatch(TypeState::converged);
    return converged ? State.CONVERGED : State.PENDING;
  }

  public Evidence evidence() {
    return report == null ? Evidence.ACK : Evidence.STATUS;
  }

  /** The same, unknown since {@code when}. */
  ProxyStatus lost(java.time.Instant when) {
    return new ProxyStatus(identity, replica, presence.lost(when), report, types);
  }
}
