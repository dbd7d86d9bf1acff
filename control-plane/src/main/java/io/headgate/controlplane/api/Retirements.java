package io.headgate.controlplane.api;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The allow-list of TLS: what a fleet may use, and until when. What is not on it should not be used
 * at all.
 *
 * <p>Keys and groups by NIST IR 8547: 112 bits of strength are deprecated after 2030, and what a
 * quantum computer breaks after 2035. TLS 1.2 is frozen (RFC 9851) and gets no key exchange that
 * survives one; Headgate lets it go with the keys of 112 bits.
 */
final class Retirements {
  private static final LocalDate END_OF_2030 = LocalDate.of(2030, 12, 31);
  private static final LocalDate END_OF_2035 = LocalDate.of(2035, 12, 31);
  private static final String FROZEN = "TLS 1.2 is frozen and stays without post-quantum keys";
  private static final String WEAK = "112 bits of strength";
  private static final String QUANTUM = "a quantum computer breaks it";

  /**
   * An entry.
   *
   * @param what {@code version}, {@code cipher}, {@code group} or {@code key}
   * @param name a regular expression for its names
   * @param until the last day; empty for no end in sight
   */
  record Entry(String what, String name, Optional<LocalDate> until, String reason) {
    private static Entry of(String what, String name, LocalDate until, String reason) {
      return new Entry(what, name, Optional.of(until), reason);
    }

    private static Entry lasting(String what, String name) {
      return new Entry(what, name, Optional.empty(), "");
    }
  }

  private static final List<Entry> ALLOWED =
      List.of(
          Entry.lasting("version", "TLSv1\\.3"),
          Entry.of("version", "TLSv1\\.2", END_OF_2030, FROZEN),
          Entry.lasting("cipher", "TLS_(AES_128_GCM_SHA256|AES_256_GCM_SHA384)"),
          Entry.lasting("cipher", "TLS_CHACHA20_POLY1305_SHA256"),
          Entry.of(
              "cipher",
              "ECDHE-(ECDSA|RSA)-(AES128-GCM-SHA256|AES256-GCM-SHA384|CHACHA20-POLY1305)",
              END_OF_2030,
              FROZEN),
          Entry.lasting("group", "X25519MLKEM768"),
          Entry.of(
              "group",
              "X25519Kyber768Draft00",
              LocalDate.of(2025, 6, 30),
              "a draft; X25519MLKEM768 took its place"),
          Entry.of("group", "X25519|P-256|P-384|P-521", END_OF_2035, QUANTUM),
          Entry.of("key", "rsa_2048", END_OF_2030, WEAK),
          Entry.of("key", "rsa_(3072|4096)|ecdsa_p(256|384|521)|ed25519", END_OF_2035, QUANTUM));

  private Retirements() {}

  /** The entry of something; empty when it is not on the list. */
  static Optional<Entry> of(String what, String name) {
    return ALLOWED.stream()
        .filter(entry -> entry.what().equals(what) && name.matches(entry.name()))
        .findFirst();
  }
}
