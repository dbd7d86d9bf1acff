package io.headgate.dataplane.router;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.observe.ErrorOutcome;
import java.util.List;

/** The answers that the router makes for upstream failures, in Envoy's words. */
final class UpstreamReplies {

  private static final List<LocalReply.Header> OVERLOADED =
      List.of(new LocalReply.Header(HeaderName.of("x-envoy-overloaded"), "true"));
  private static final String BEFORE_HEADERS =
      "upstream connect error or disconnect/reset before headers. ";

  private UpstreamReplies() {}

  /** The answer for a failed attempt. */
  static LocalReply of(Failure failure, boolean retried, boolean suppressEnvoyHeaders) {
    ErrorOutcome plain = ErrorOutcome.of(ProxyError.of(failure.kind()));
    String body = plain.body();
    if (retried && body.startsWith(BEFORE_HEADERS)) {
      body = BEFORE_HEADERS + "retried and the latest " + body.substring(BEFORE_HEADERS.length());
    }
    String details = plain.details();
    if (!failure.reason().isEmpty() && details.endsWith("}")) {
      body = body + ", transport failure reason: " + failure.reason();
      details =
          details.substring(0, details.length() - 1)
              + "|"
              + failure.reason().replace(' ', '_')
              + "}";
    }
    return new LocalReply(
        plain.status(),
        body,
        details,
        plain.flag(),
        failure.isOverflow() && !suppressEnvoyHeaders ? OVERLOADED : List.of());
  }

  /** What is said of a stream whose answer broke off. */
  static ProxyError broken(ErrorKind kind) {
    String details = ErrorOutcome.of(ProxyError.of(kind)).details();
    int brace = details.indexOf('{');
    return ProxyError.of(
        kind,
        brace < 0 ? details : "upstream_reset_after_response_started" + details.substring(brace));
  }
}
