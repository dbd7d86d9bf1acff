package io.headgate.xds.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP protocol of a cluster's connections.
 *
 * @param http2 null for HTTP/1.1
 * @param idleTimeout of a connection without streams; zero for none, 1 h by default
 * @param maxConnectionDuration zero for none
 * @param maxRequestsPerConnection 0 for no limit
 * @param maxResponseHeadersCount fields of a response head
 * @param maxResponseHeadersKb size of a response head
 * @param http1 options of HTTP/1; the defaults with HTTP/2
 */
public record UpstreamHttp(
    @Nullable Http2Options http2,
    Duration idleTimeout,
    Duration maxConnectionDuration,
    int maxRequestsPerConnection,
    int maxResponseHeadersCount,
    int maxResponseHeadersKb,
    Http1Options http1) {
  public static final UpstreamHttp DEFAULT =
      new UpstreamHttp(null, Duration.ofHours(1), Duration.ZERO, 0, 100, 60, Http1Options.DEFAULT);

  public UpstreamHttp {
    Checks.require(
        http2 == null || http1.equals(Http1Options.DEFAULT), "options of HTTP/1 with HTTP/2");
    Checks.notNegative(idleTimeout, "idle_timeout");
    Checks.notNegative(maxConnectionDuration, "max_connection_duration");
    Checks.atLeast(maxRequestsPerConnection, 0, "max_requests_per_connection");
    Checks.atLeast(maxResponseHeadersCount, 1, "max_headers_count");
    Checks.require(
        maxResponseHeadersKb >= 1 && maxResponseHeadersKb <= 8192,
        "max_response_headers_kb must be within 1..8192");
  }
}
