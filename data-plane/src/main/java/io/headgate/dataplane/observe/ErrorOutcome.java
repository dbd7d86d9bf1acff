package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.ProxyError;
import org.jspecify.annotations.Nullable;

/**
 * What a failed stream looks like from outside: status, response flag, response code details and
 * body, as Envoy has them. The one place that maps a {@link ProxyError}.
 *
 * @param flag null when Envoy sets none
 */
public record ErrorOutcome(int status, @Nullable ResponseFlag flag, String details, String body) {

  /** Maps an error that happened before an answer's head was sent. */
  public static ErrorOutcome of(ProxyError error) {
    ErrorOutcome plain = of(error.kind());
    String details = error.details();
    return details == null
        ? plain
        : new ErrorOutcome(plain.status, plain.flag, details, plain.body);
  }

  private static ErrorOutcome of(ErrorKind kind) {
    return switch (kind) {
      case BAD_REQUEST -> protocolError(400, "http1.codec_error", "Bad Request");
      case VERSION_NOT_SUPPORTED ->
          protocolError(505, "http1.codec_error", "HTTP Version Not Supported");
      case UPGRADE_REQUIRED -> protocolError(426, "low_version", "Upgrade Required");
      case URI_TOO_LONG -> protocolError(414, "http1.headers_too_large", "URI Too Long");
      case HEADERS_TOO_LARGE ->
          protocolError(431, "http1.headers_too_large", "Request Header Fields Too Large");
      case TOO_MANY_HEADERS ->
          protocolError(431, "http1.too_many_headers", "Request Header Fields Too Large");
      case EXPECTATION_FAILED ->
          new ErrorOutcome(417, null, "http1.expectation_failed", "Expectation Failed");
      case PAYLOAD_TOO_LARGE ->
          new ErrorOutcome(413, null, "request_payload_too_large", "Payload Too Large");
      case REQUEST_HEADER_TIMEOUT ->
          new ErrorOutcome(408, null, "request_header_timeout", "request header timeout");
      case REQUEST_TIMEOUT ->
          new ErrorOutcome(408, null, "request_overall_timeout", "request timeout");
      case STREAM_IDLE_TIMEOUT ->
          new ErrorOutcome(
              408, ResponseFlag.STREAM_IDLE_TIMEOUT, "stream_idle_timeout", "stream timeout");
      case MAX_STREAM_DURATION ->
          new ErrorOutcome(408, null, "max_duration_timeout", "downstream duration timeout");
      case DOWNSTREAM_RESET ->
          new ErrorOutcome(0, ResponseFlag.DOWNSTREAM_REMOTE_RESET, "http2.remote_reset", "");
      case DOWNSTREAM_CLOSED ->
          new ErrorOutcome(
              0,
              ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION,
              "downstream_remote_disconnect",
              "");
      case NO_HEALTHY_UPSTREAM ->
          new ErrorOutcome(
              503, ResponseFlag.NO_HEALTHY_UPSTREAM, "no_healthy_upstream", "no healthy upstream");
      case UPSTREAM_OVERFLOW -> upstream(ResponseFlag.UPSTREAM_OVERFLOW, "overflow");
      case CONNECT_FAILURE ->
          upstream(ResponseFlag.UPSTREAM_CONNECTION_FAILURE, "remote_connection_failure");
      case CONNECT_TIMEOUT ->
          upstream(ResponseFlag.UPSTREAM_CONNECTION_FAILURE, "connection_timeout");
      case UPSTREAM_RESET -> upstream(ResponseFlag.UPSTREAM_REMOTE_RESET, "remote_reset");
      case UPSTREAM_REFUSED_STREAM ->
          upstream(ResponseFlag.UPSTREAM_REMOTE_RESET, "remote_refused_stream_reset");
      case UPSTREAM_CLOSED ->
          upstream(ResponseFlag.UPSTREAM_CONNECTION_TERMINATION, "connection_termination");
      case UPSTREAM_PROTOCOL_ERROR -> {
        ErrorOutcome reset = upstream(ResponseFlag.UPSTREAM_PROTOCOL_ERROR, "protocol_error");
        yield new ErrorOutcome(502, reset.flag, reset.details, reset.body);
      }
      case UPSTREAM_TIMEOUT ->
          new ErrorOutcome(
              504,
              ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
              "response_timeout",
              "upstream request timeout");
      case UPSTREAM_PER_TRY_TIMEOUT ->
          new ErrorOutcome(
              504,
              ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
              "upstream_per_try_timeout",
              "upstream request timeout");
      case UPSTREAM_IDLE_TIMEOUT ->
          new ErrorOutcome(
              504,
              ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
              "upstream_per_try_idle_timeout",
              "upstream request timeout");
      case UPSTREAM_MAX_DURATION ->
          new ErrorOutcome(
              504,
              ResponseFlag.UPSTREAM_MAX_STREAM_DURATION_REACHED,
              "upstream_max_stream_duration_reached",
              "upstream max stream duration reached");
      case NO_ROUTE -> new ErrorOutcome(404, ResponseFlag.NO_ROUTE_FOUND, "route_not_found", "");
      case NO_CLUSTER ->
          new ErrorOutcome(503, ResponseFlag.NO_CLUSTER_FOUND, "cluster_not_found", "");
      case LOCAL_RESET -> upstream(ResponseFlag.LOCAL_RESET, "local_reset");
      case RESPONSE_TOO_LARGE ->
          new ErrorOutcome(500, null, "response_payload_too_large", "Internal Server Error");
      case OVERLOAD ->
          new ErrorOutcome(503, ResponseFlag.OVERLOAD_MANAGER, "overload", "envoy overloaded");
      case DRAINING -> new ErrorOutcome(503, null, "drain_close", "");
      case INTERNAL -> new ErrorOutcome(500, null, "internal_error", "Internal Server Error");
    };
  }

  private static ErrorOutcome protocolError(int status, String details, String body) {
    return new ErrorOutcome(status, ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR, details, body);
  }

  private static ErrorOutcome upstream(ResponseFlag flag, String reason) {
    String words =
        switch (reason) {
          case "remote_connection_failure" -> "remote connection failure";
          case "connection_timeout" -> "connection timeout";
          case "connection_termination" -> "connection termination";
          case "remote_reset" -> "remote reset";
          case "remote_refused_stream_reset" -> "remote refused stream reset";
          case "protocol_error" -> "protocol error";
          case "local_reset" -> "local reset";
          default -> reason;
        };
    return new ErrorOutcome(
        503,
        flag,
        "upstream_reset_before_response_started{" + reason + "}",
        "upstream connect error or disconnect/reset before headers. reset reason: " + words);
  }
}
