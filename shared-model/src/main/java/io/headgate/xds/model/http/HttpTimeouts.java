package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/**
 * Timeouts of downstream HTTP streams and their connections; zero switches one off.
 *
 * @param request from the first byte of a request until it is complete
 * @param requestHeaders from the first byte of a request until its head is complete
 * @param streamIdle without any byte in either direction of a stream; 5 min by default
 * @param maxStream from the head of a request to the end of its stream; a route may say otherwise
 */
public record HttpTimeouts(
    Duration request,
    Duration requestHeaders,
    Duration streamIdle,
    Duration maxStream,
    ConnectionTimeouts connection) {
  public static final HttpTimeouts DEFAULT =
      new HttpTimeouts(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMinutes(5),
          Duration.ZERO,
          ConnectionTimeouts.DEFAULT);

  public HttpTimeouts {
    Checks.notNegative(request, "request_timeout");
    Checks.notNegative(requestHeaders, "request_headers_timeout");
    Checks.notNegative(streamIdle, "stream_idle_timeout");
    Checks.notNegative(maxStream, "max_stream_duration");
  }
}
