package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.Phase;
import io.headgate.dataplane.xds.resource.ConfigSource;
import java.util.function.Supplier;

/**
 * Where the process stands, in the words of Envoy's server state.
 *
 * <p>Thread: any.
 */
public final class ServerStatus {
  private final Supplier<Phase> phase;
  private final Supplier<ConfigSource> source;
  private final boolean dynamic;
  private volatile boolean draining;
  private volatile boolean failing;

  /** The words. */
  public enum State {
    /** Config of the bootstrap warms, or nothing was ever received. */
    PRE_INITIALIZING,
    /** Config of the control plane warms. */
    INITIALIZING,
    /** Traffic is carried. */
    LIVE,
    /** Connections are being closed. */
    DRAINING
  }

  /**
   * Makes the status.
   *
   * @param dynamic whether there is nothing to serve before the control plane, or the disk, gave it
   */
  ServerStatus(Supplier<Phase> phase, Supplier<ConfigSource> source, boolean dynamic) {
    this.phase = phase;
    this.source = source;
    this.dynamic = dynamic;
  }

  void drain() {
    draining = true;
  }

  /** The operator takes the proxy out of service, or puts it back. */
  void failHealthcheck(boolean fails) {
    failing = fails;
  }

  /** The state now; LIVE only when there is config to serve. */
  public State state() {
    if (draining || failing) {
      return State.DRAINING;
    }
    return switch (phase.get()) {
      case FIXED_CLUSTERS -> State.PRE_INITIALIZING;
      case CLUSTERS, LISTENERS -> State.INITIALIZING;
      case LIVE ->
          dynamic && source.get().kind() == ConfigSource.Kind.NONE
              ? State.INITIALIZING
              : State.LIVE;
    };
  }
}
