package io.headgate.dataplane.tls;

import java.util.List;

/**
 * What a TLS context lets peers use, by BoringSSL's names, whether the config says so or the
 * default.
 */
public record Allowance(List<String> versions, List<String> ciphers, List<String> groups) {
  public Allowance {
    versions = List.copyOf(versions);
    ciphers = List.copyOf(ciphers);
    groups = List.copyOf(groups);
  }
}
