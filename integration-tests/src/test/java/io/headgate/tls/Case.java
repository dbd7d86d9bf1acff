package io.headgate.tls;

import org.jspecify.annotations.Nullable;

/**
 * A client and the verdict that both proxies must reach.
 *
 * @param expected {@code 200}, another status, {@code refused}, or {@code done} for a handshake;
 *     then what the client shows
 * @param envoy Envoy's verdict where it is another one on purpose
 * @param reason why it is
 */
record Case(
    String name, Client client, String expected, @Nullable String envoy, @Nullable String reason) {
  /** Envoy's verdict where it can not be asked. */
  static final String NOT_RUN = "not run";

  static Case of(String name, Client client, String expected) {
    return new Case(name, client, expected, null, null);
  }

  /** Where the two differ on purpose. */
  Case butEnvoy(String verdict, String why) {
    return new Case(name, client, expected, verdict, why);
  }

  String ofEnvoy() {
    return envoy == null ? expected : envoy;
  }
}
