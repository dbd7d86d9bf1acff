package io.headgate.dataplane.xds.status;

import io.headgate.dataplane.xds.resource.ResourceType;
import java.time.Instant;
import java.util.List;

/**
 * What the proxy says of itself beyond what the discovery client knows. Implemented by {@code app}.
 *
 * <p>Thread: the xds thread.
 */
public interface ProxyFacts {
  /** LIVE, PRE_INITIALIZING, INITIALIZING or DRAINING. */
  String serverState();

  /** What serves and what warms of a type. */
  List<Serving> serving(ResourceType type);

  /** Hosts that are ejected now. */
  List<Quarantined> quarantined();

  /** The event loops, each since the call before. */
  List<Loop> loops();

  /** An ejected host. */
  record Quarantined(String cluster, String address, String reason, Instant since, Instant until) {}

  /**
   * An event loop.
   *
   * @param lagMicros worst delay of a task that was due
   * @param busy share of the time that the loop was not waiting, 0 to 1
   */
  record Loop(int index, long lagMicros, double busy, int connections) {}
}
