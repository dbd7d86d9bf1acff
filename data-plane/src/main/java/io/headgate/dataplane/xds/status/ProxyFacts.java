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

  /** How TLS ages here. */
  Tls tls();

  /**
   * How TLS ages.
   *
   * @param certificates those that expire first
   * @param total how many are in use
   * @param handshakes since the start
   * @param allowed what the contexts in force let peers use
   */
  record Tls(
      List<Certificate> certificates,
      int total,
      List<Handshakes> handshakes,
      List<Allowed> allowed) {
    public static final Tls NONE = new Tls(List.of(), 0, List.of(), List.of());
  }

  /**
   * A certificate in use.
   *
   * @param place {@code listener NAME} or {@code cluster NAME}
   * @param authority whether peers' certificates come from it; else it is shown to them
   * @param name of the secret, or its place in the context
   */
  record Certificate(
      String place,
      boolean authority,
      String name,
      String subject,
      List<String> dnsNames,
      String keyType,
      Instant notAfter) {}

  /**
   * Handshakes with one thing in common.
   *
   * @param side {@code downstream} or {@code upstream}
   * @param what {@code version}, {@code cipher}, {@code group} or {@code key}
   */
  record Handshakes(String side, String what, String name, long count) {}

  /**
   * What peers may use.
   *
   * @param what {@code version}, {@code cipher} or {@code group}
   * @param places of some listeners and clusters that allow it
   */
  record Allowed(String what, String name, List<String> places) {}

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
