package io.headgate.dataplane.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file with the authorities that this machine trusts. A control plane cannot know where that is
 * on the machines of its proxies, so config names {@value #NAME}, and each proxy takes its own.
 *
 * <p>Thread: any; it may block on the disk.
 */
public final class SystemAuthorities {
  /** How config names them: their place on Debian, Ubuntu, Alpine and Arch Linux. */
  public static final String NAME = "/etc/ssl/certs/ca-certificates.crt";

  private static final List<String> PLACES =
      List.of(
          NAME,
          "/etc/pki/tls/certs/ca-bundle.crt", // Red Hat and Fedora, Amazon Linux
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // what that is a link to
          "/etc/ssl/ca-bundle.pem", // SUSE
          "/etc/ssl/cert.pem"); // BSD, and Alpine without its package ca-certificates

  private final List<String> places;

  private SystemAuthorities(List<String> places) {
    this.places = places;
  }

  /**
   * Those of a machine.
   *
   * @param chosen their file; null for where systems keep it
   */
  public static SystemAuthorities at(@Nullable Path chosen) {
    return chosen == null ? among(PLACES) : among(List.of(chosen.toString()));
  }

  /** In the first of these files that is there. */
  static SystemAuthorities among(List<String> places) {
    return new SystemAuthorities(List.copyOf(places));
  }

  /** The file to read where config names this one. */
  String file(String named) {
    if (!named.equals(NAME)) {
      return named;
    }
    return places.stream()
        .filter(place -> Files.exists(Path.of(place)))
        .findFirst()
        .orElse(places.getFirst());
  }
}
