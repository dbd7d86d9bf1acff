package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.Provenance;
import java.time.Instant;

/**
 * Where the config that this replica serves comes from, and why.
 *
 * @param provenance of the image in force; its time is when etcd last confirmed it
 * @param since since when the state holds
 * @param reason empty when it is {@link State#LIVE}
 * @param end what ends the state; empty when it ends by itself
 */
public record StoreHealth(
    State state, Provenance provenance, Instant since, String reason, String end) {

  /** What stands behind the image. */
  public enum State {
    /** Etcd is watched. */
    LIVE,
    /** Etcd does not answer; the last image, from memory or from disk, stays in force. */
    DISK,
    /** Etcd answers but is not the one that was known. */
    HELD,
    /** Nothing is known yet. */
    STARTING
  }

  /** Whether there is config to serve. */
  public boolean isReady() {
    return state != State.STARTING;
  }
}
