package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.ProxyError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of error has the status, the flag and the details that Envoy gives it. */
class ErrorOutcomeTest {

  /** The switch makes a kind without a row a compile error. */
  private static String expected(ErrorKind kind) {
    String before = "upstream_reset_before_response_started";
    return switch (kind) {
      case BAD_REQUEST -> "400 DPE http1.codec_error";
      case VERSION_NOT_SUPPORTED -> "505 DPE http1.codec_error";
      case UPGRADE_REQUIRED -> "426 DPE low_version";
      case URI_TOO_LONG -> "414 DPE http1.headers_too_large";
      case HEADERS_TOO_LARGE -> "431 DPE http1.headers_too_large";
      case TOO_MANY_HEADERS -> "431 DPE http1.too_many_headers";
      case EXPECTATION_FAILED -> "417 - http1.expectation_failed";
      case PAYLOAD_TOO_LARGE -> "413 - request_payload_too_large";
      case REQUEST_HEADER_TIMEOUT -> "408 - request_header_timeout";
      case REQUEST_TIMEOUT -> "408 - request_overall_timeout";
      case STREAM_IDLE_TIMEOUT -> "408 SI stream_idle_timeout";
      case MAX_STREAM_DURATION -> "408 - max_duration_timeout";
      case DOWNSTREAM_RESET -> "0 DR http2.remote_reset";
      case DOWNSTREAM_CLOSED -> "0 DC downstream_remote_disconnect";
      case NO_HEALTHY_UPSTREAM -> "503 UH no_healthy_upstream";
      case UPSTREAM_OVERFLOW -> "503 UO " + before + "{overflow}";
      case CONNECT_FAILURE -> "503 UF " + before + "{remote_connection_failure}";
      case CONNECT_TIMEOUT -> "503 UF " + before + "{connection_timeout}";
      case UPSTREAM_RESET -> "503 UR " + before + "{remote_reset}";
      case UPSTREAM_REFUSED_STREAM -> "503 UR " + before + "{remote_refused_stream_reset}";
      case UPSTREAM_CLOSED -> "503 UC " + before + "{connection_termination}";
      case UPSTREAM_PROTOCOL_ERROR -> "502 UPE " + before + "{protocol_error}";
      case UPSTREAM_TIMEOUT -> "504 UT response_timeout";
      case UPSTREAM_PER_TRY_TIMEOUT -> "504 UT upstream_per_try_timeout";
      case UPSTREAM_IDLE_TIMEOUT -> "504 UT upstream_per_try_idle_timeout";
      case UPSTREAM_MAX_DURATION -> "504 UMSDR upstream_max_stream_duration_reached";
      case NO_ROUTE -> "404 NR route_not_found";
      case NO_CLUSTER -> "503 NC cluster_not_found";
      case LOCAL_RESET -> "503 LR " + before + "{local_reset}";
      case RESPONSE_TOO_LARGE -> "500 - response_payload_too_large";
      case OVERLOAD -> "503 OM overload";
      case DRAINING -> "503 - drain_close";
      case INTERNAL -> "500 - internal_error";
    };
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void hasStatusFlagAndDetails(ErrorKind kind) {
    ErrorOutcome outcome = ErrorOutcome.of(ProxyError.of(kind));
    ResponseFlag flag = outcome.flag();
    assertThat(
            outcome.status()
                + " "
                + (flag == null ? "-" : flag.shortName())
                + " "
                + outcome.details())
        .isEqualTo(expected(kind));
  }
}
