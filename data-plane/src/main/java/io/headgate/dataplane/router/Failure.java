package io.headgate.dataplane.router;

import io.headgate.dataplane.http.ErrorKind;

/**
 * How an attempt ended without a usable answer.
 *
 * @param kind what went wrong
 * @param reason the transport's words, empty when there are none
 * @param sent whether any of the request may have reached the endpoint's application
 */
record Failure(ErrorKind kind, String reason, boolean sent) {

  boolean isConnectFailure() {
    return kind == ErrorKind.CONNECT_FAILURE || kind == ErrorKind.CONNECT_TIMEOUT;
  }

  boolean isOverflow() {
    return kind == ErrorKind.UPSTREAM_OVERFLOW;
  }

  boolean isTryTimeout() {
    return kind == ErrorKind.UPSTREAM_PER_TRY_TIMEOUT || kind == ErrorKind.UPSTREAM_IDLE_TIMEOUT;
  }
}
