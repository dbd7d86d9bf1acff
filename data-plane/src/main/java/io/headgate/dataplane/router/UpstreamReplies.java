package io.headgate.dataplane.router;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.observe.ErrorOutcome;
import java.util.ArrayList;
import java.util.List;

/** The answers that the router makes for upstream failures, in Envoy's words. */
final class UpstreamReplies {

  private static final LocalReply.Header OVERLOADED =
      new LocalReply.Header(HeaderNames.X_ENVOY_OVERLOADED, "true");
  private static final String BEFORE_HEADERS =
      "upstream connect error or disconnect/reset before headers. ";

  /** What x-envoy-upstream-rq-timeout-alt-response makes of 504. */
  private static final int ALTERNATIVE_STATUS = 204;

  private UpstreamReplies() {}

  /** The answer for a failed try. */
  static LocalReply of(Failure failure, boolean retried, boolean requestEnded, Timeouts timeouts) {
    ErrorOutcome plain = ErrorOutcome.of(ProxyError.of(failure.kind()));
    String body = plain.body();
    if (retried && body.startsWith(BEFORE_HEADERS)) {
      body = BEFORE_HEADERS + "retried and the latest " + body.substring(BEFORE_HEADERS.length());
    }
    String details = plain.details();
    if (!failure.reason().isEmpty() && details.endsWith("}")) {
      // The body keeps it to itself: what a proxy finds out about its backends is not for clients.
      details =
          details.substring(0, details.length() - 1)
              + "|"
              + failure.reason().replace(' ', '_')
              + "}";
    }
    int status = plain.status();
    if (failure.isTryTimeout() && timeouts.alternative()) {
      status = ALTERNATIVE_STATUS;
      body = "";
    } else if (failure.kind() == ErrorKind.UPSTREAM_MAX_DURATION && !requestEnded) {
      status = 408; // the client was slow as well
    }
    return new LocalReply(status, body, details, plain.flag(), List.of());
  }

  /** The answer when the response timeout ran out. */
  static LocalReply timeout(Timeouts timeouts) {
    LocalReply plain = LocalReply.of(ProxyError.of(ErrorKind.UPSTREAM_TIMEOUT));
    return timeouts.alternative()
        ? new LocalReply(ALTERNATIVE_STATUS, "", plain.details(), plain.flag(), List.of())
        : plain;
  }

  /**
   * The same answer with Envoy's headers.
   *
   * @param tries how many tries are told of; 0 for none
   */
  static LocalReply with(LocalReply plain, boolean overloaded, int tries) {
    List<LocalReply.Header> headers = new ArrayList<>(2);
    if (overloaded) {
      headers.add(OVERLOADED);
    }
    if (tries > 0) {
      headers.add(
          new LocalReply.Header(HeaderNames.X_ENVOY_ATTEMPT_COUNT, Integer.toString(tries)));
    }
    return new LocalReply(plain.status(), plain.body(), plain.details(), plain.flag(), headers);
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
