package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.List;

/**
 * What is offered in a handshake.
 *
 * @param cipherSuites of TLS 1.2 in BoringSSL's words, in order; {@code [A|B]} are equal. Empty for
 *     the default; TLS 1.3's are fixed
 * @param groups of the key exchange in order; empty for the default
 */
public record TlsParameters(
    Version minVersion, Version maxVersion, List<String> cipherSuites, List<String> groups) {
  public static final TlsParameters DEFAULT =
      new TlsParameters(Version.AUTO, Version.AUTO, List.of(), List.of());

  /**
   * Protocol versions; AUTO is 1.2 as a floor, and as a ceiling 1.3 for servers, 1.2 for clients.
   */
  public enum Version {
    AUTO,
    TLS_1_2,
    TLS_1_3
  }

  public TlsParameters {
    cipherSuites = List.copyOf(cipherSuites);
    groups = List.copyOf(groups);
    Checks.require(
        !(minVersion == Version.TLS_1_3 && maxVersion == Version.TLS_1_2),
        "tls_minimum_protocol_version is above the maximum");
  }
}
