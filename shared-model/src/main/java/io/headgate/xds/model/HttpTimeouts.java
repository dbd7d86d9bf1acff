package io.headgate.xds.model;

import java.time.Duration;

/**
 * Timeouts of downstream HTTP connections and streams; zero switches one off.
 *
 * @param request from the first byte of a request until it is complete
 * @param requestHeaders from the first byte of a request until its head is complete
 * @param streamIdle without any byte in either direction of a stream; 5 min by default
 * @param connectionIdle without any stream; 1 h by default
 * @param maxConnectionDuration then the connection drains
 * @param drain from the drain's announcement to the close; 5 s by default
 * @param delayedClose to let a peer read the last answer; 1 s by default
 */
public record HttpTimeouts(
    Duration request,
    Duration requestHeaders,
    Duration streamIdle,
    Duration connectionIdle,
    Duration maxConnectionDuration,
    Duration drain,
    Duration delayedClose) {
  public static final HttpTimeouts DEFAULT =
      new HttpTimeouts(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMinutes(5),
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  public HttpTimeouts {
    Checks.notNegative(request, "request_timeout");
    Checks.notNegative(requestHeaders, "request_headers_timeout");
    Checks.notNegative(streamIdle, "stream_idle_timeout");
    Checks.notNegative(connectionIdle, "idle_timeout");
    Checks.notNegative(maxConnectionDuration, "max_connection_duration");
    Checks.notNegative(drain, "drain_timeout");
    Checks.notNegative(delayedClose, "delayed_close_timeout");
  }
}
