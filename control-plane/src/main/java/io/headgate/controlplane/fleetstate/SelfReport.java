package io.headgate.controlplane.fleetstate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says of itself on the status stream.
 *
 * @param serverState LIVE, PRE_INITIALIZING, INITIALIZING or DRAINING
 * @param startedAt when the process started
 * @param adminAddress host and port of its admin listener; empty when there is none
 * @param source where its config comes from
 * @param quarantined the hosts that it ejected
 * @param loops its event loops
 * @param tls how its certificates and ciphers age
 */
public record SelfReport(
    String serverState,
    @Nullable Instant startedAt,
    String adminAddress,
    Source source,
    List<Quarantined> quarantined,
    List<Loop> loops,
    TlsState tls) {
  public SelfReport {
    quarantined = List.copyOf(quarantined);
    loops = List.copyOf(loops);
  }

  /** Where the config in force comes from. */
  public enum SourceKind {
    NONE,
    LIVE,
    RETAINED,
    LAST_KNOWN_GOOD
  }

  /**
   * The source of a proxy's config.
   *
   * @param kind which
   * @param receivedAt when a management server sent it
   * @param file the file it was read from; empty unless LAST_KNOWN_GOOD
   * @param problem why the newest file was not used; empty when it was
   */
  public record Source(SourceKind kind, @Nullable Instant receivedAt, String file, String problem) {
    public static final Source NONE = new Source(SourceKind.NONE, null, "", "");
  }

  /** A host that the proxy sends nothing to, why and from when to when. */
  public record Quarantined(
      String cluster,
      String address,
      String reason,
      @Nullable Instant since,
      @Nullable Instant until) {}

  /** One event loop: worst delay since the last report, share of time that it was busy (0 to 1). */
  public record Loop(int index, long lagMicros, double busy, int connections) {}
}
