package io.headgate.controlplane.fleetstate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether and since when a proxy is known to be there.
 *
 * @param connectedAt when its present or last connection began
 * @param lastSeen when it last said anything
 * @param unknownSince since when nothing is known of it; null while it is connected
 */
public record Presence(Instant connectedAt, Instant lastSeen, @Nullable Instant unknownSince) {
  /** True while a stream to some living replica is open. */
  public boolean connected() {
    return unknownSince == null;
  }

  /** The same with the connection lost at {@code when}, or as it is when it was lost before. */
  public Presence lost(Instant when) {
    return connected() ? new Presence(connectedAt, lastSeen, when) : this;
  }
}
