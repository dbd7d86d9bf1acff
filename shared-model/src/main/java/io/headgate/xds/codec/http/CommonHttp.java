package io.headgate.xds.codec.http;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;
import java.time.Duration;
import java.util.Map;

/** Envoy's HttpProtocolOptions, which connection managers and clusters share. */
public record CommonHttp(
    Duration idleTimeout,
    Duration maxConnectionDuration,
    Duration maxStreamDuration,
    int maxHeadersCount,
    int maxHeadersKb,
    int maxRequestsPerConnection,
    UnderscoreHeaders underscores) {
  public static final CommonHttp DEFAULT =
      new CommonHttp(
          Duration.ofHours(1), Duration.ZERO, Duration.ZERO, 100, 60, 0, UnderscoreHeaders.ALLOW);

  private static final Map<String, UnderscoreHeaders> UNDERSCORES =
      Map.of(
          "ALLOW", UnderscoreHeaders.ALLOW,
          "REJECT_REQUEST", UnderscoreHeaders.REJECT_REQUEST,
          "DROP_HEADER", UnderscoreHeaders.DROP_HEADER);

  static CommonHttp downstream(MessageReader r) {
    UnderscoreHeaders underscores = r.oneOf("headers_with_underscores_action", UNDERSCORES);
    return read(
        r,
        r.duration("max_stream_duration", Duration.ZERO),
        DEFAULT.maxHeadersKb,
        r.built(underscores));
  }

  public static CommonHttp upstream(MessageReader r) {
    return read(
        r,
        Duration.ZERO,
        r.wrappedSmall("max_response_headers_kb", DEFAULT.maxHeadersKb),
        UnderscoreHeaders.ALLOW);
  }

  private static CommonHttp read(
      MessageReader r, Duration maxStream, int headersKb, UnderscoreHeaders underscores) {
    return new CommonHttp(
        r.duration("idle_timeout", DEFAULT.idleTimeout),
        r.duration("max_connection_duration", DEFAULT.maxConnectionDuration),
        maxStream,
        r.wrappedSmall("max_headers_count", DEFAULT.maxHeadersCount),
        headersKb,
        r.wrappedSmall("max_requests_per_connection", DEFAULT.maxRequestsPerConnection),
        underscores);
  }
}
