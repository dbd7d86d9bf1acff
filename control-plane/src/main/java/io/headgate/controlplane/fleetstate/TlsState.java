package io.headgate.controlplane.fleetstate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How TLS ages at a proxy, by its own report.
 *
 * @param certificates those that expire first
 * @param total how many are in use
 * @param handshakes since its start
 * @param allowed what its TLS contexts let peers use
 */
public record TlsState(
    List<Certificate> certificates, int total, List<Handshakes> handshakes, List<Allowed> allowed) {
  public static final TlsState NONE = new TlsState(List.of(), 0, List.of(), List.of());

  public TlsState {
    certificates = List.copyOf(certificates);
    handshakes = List.copyOf(handshakes);
    allowed = List.copyOf(allowed);
  }

  /**
   * A certificate in use.
   *
   * @param place {@code listener NAME} or {@code cluster NAME}
   * @param authority whether peers' certificates come from it; else it is shown to them
   * @param name of the secret, or what stands for it
   */
  public record Certificate(
      String place,
      boolean authority,
      String name,
      String subject,
      List<String> dnsNames,
      String keyType,
      @Nullable Instant notAfter) {
    public Certificate {
      dnsNames = List.copyOf(dnsNames);
    }
  }

  /**
   * Handshakes with one thing in common.
   *
   * @param side {@code downstream} or {@code upstream}
   * @param what {@code version}, {@code cipher}, {@code group} or {@code key}
   */
  public record Handshakes(String side, String what, String name, long count) {}

  /** What peers may use, and some of the listeners and clusters that let them. */
  public record Allowed(String what, String name, List<String> places) {
    public Allowed {
      places = List.copyOf(places);
    }
  }
}
