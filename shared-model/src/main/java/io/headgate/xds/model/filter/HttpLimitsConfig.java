package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;

/**
 * What a request may be as a whole; Headgate's own HTTP filter. 0 leaves a limit off.
 *
 * @param maxUrlBytes path and query, at most {@link #MAX_URL_BYTES}
 * @param maxRequestBodyBytes of a body that streams
 */
public record HttpLimitsConfig(int maxUrlBytes, long maxRequestBodyBytes) implements FilterConfig {
  /** Outliers get an exception at their route; the limit for all is not raised for them. */
  public static final int MAX_URL_BYTES = 8192;

  public HttpLimitsConfig {
    Checks.require(
        maxUrlBytes >= 0 && maxUrlBytes <= MAX_URL_BYTES,
        "max_url_bytes must be at most "
            + MAX_URL_BYTES
            + ": give the routes with longer URLs an exception with an owner and an expiry");
    Checks.atLeast(maxRequestBodyBytes, 0, "max_request_body_bytes");
  }
}
