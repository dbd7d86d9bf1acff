package io.headgate.dataplane.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the admin interface and the gauges show of a certificate in use. Immutable. */
public record CertificateFacts(String kind, List<X509Certificate> chain) {
  public CertificateFacts {
    chain = List.copyOf(chain);
  }

  /** Whole days until it expires, 0 when it has. */
  public static long daysLeft(X509Certificate certificate, Instant now) {
    return Math.max(0, Duration.between(now, certificate.getNotAfter().toInstant()).toDays());
  }
}
