package io.headgate.dataplane.runtime;

import io.headgate.xds.model.Resource;
import java.time.Instant;

/**
 * A resource that the runtime holds.
 *
 * @param version what the control plane calls it; empty for those of the bootstrap
 * @param since when it was accepted
 */
public record HeldResource(Stage stage, String version, Instant since, Resource value) {
  /** How far it is. */
  public enum Stage {
    /** From the bootstrap. */
    FIXED,
    /** In force. */
    SERVING,
    /** Accepted, and waiting for something. */
    WARMING
  }

  static HeldResource of(Stage stage, Versioned<? extends Resource> resource) {
    return new HeldResource(stage, resource.version(), resource.since(), resource.value());
  }
}
