package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.OcspResponse;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * What an authority's OCSP server said of a certificate, to be shown with it (RFC 6960, RFC 6066
 * §8). Immutable.
 */
public final class OcspStaple {
  private final byte[] der;
  private final OcspResponse response;

  private OcspStaple(byte[] der, OcspResponse response) {
    this.der = der;
    this.response = response;
  }

  /** The response as it is sent; shared, read only. */
  byte[] der() {
    return der;
  }

  /** Until when it holds. */
  public Instant nextUpdate() {
    return response.nextUpdate();
  }

  boolean isValidAt(Instant now) {
    return !now.isBefore(response.thisUpdate()) && now.isBefore(response.nextUpdate());
  }

  static OcspStaple parse(byte[] der, X509Certificate certificate, String where) {
    OcspResponse response;
    try {
      response = OcspResponse.parse(der);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          where + " " + e.getMessage() + "; use the DER that the authority's server answers", e);
    }
    if (!response.serial().equals(certificate.getSerialNumber())) {
      throw new IllegalArgumentException(
          where + " is of another certificate; fetch the response for this one");
    }
    return new OcspStaple(der.clone(), response);
  }
}
