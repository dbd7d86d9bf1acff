package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;

/**
 * Limits of what a downstream peer may send.
 *
 * @param maxRequestHeadersKb size of a request head, 60 KiB by default
 * @param maxHeadersCount fields of a head, 100 by default
 * @param maxRequestsPerConnection then the connection closes; 0 for no limit
 */
public record HttpLimits(
    int maxRequestHeadersKb, int maxHeadersCount, int maxRequestsPerConnection) {
  public static final HttpLimits DEFAULT = new HttpLimits(60, 100, 0);

  public HttpLimits {
    Checks.require(
        maxRequestHeadersKb >= 1 && maxRequestHeadersKb <= 8192,
        "max_request_headers_kb must be within 1..8192");
    Checks.atLeast(maxHeadersCount, 1, "max_headers_count");
    Checks.atLeast(maxRequestsPerConnection, 0, "max_requests_per_connection");
  }
}
