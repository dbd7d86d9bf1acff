package io.headgate.dataplane.http;

import io.headgate.dataplane.http.ProxyError.Source;

/** What went wrong with a stream; each kind belongs to one source. */
public enum ErrorKind {
  // Downstream: the client's doing.
  BAD_REQUEST(Source.DOWNSTREAM),
  VERSION_NOT_SUPPORTED(Source.DOWNSTREAM),
  UPGRADE_REQUIRED(Source.DOWNSTREAM),
  URI_TOO_LONG(Source.DOWNSTREAM),
  HEADERS_TOO_LARGE(Source.DOWNSTREAM),
  TOO_MANY_HEADERS(Source.DOWNSTREAM),
  EXPECTATION_FAILED(Source.DOWNSTREAM),
  PAYLOAD_TOO_LARGE(Source.DOWNSTREAM),
  REQUEST_HEADER_TIMEOUT(Source.DOWNSTREAM),
  REQUEST_TIMEOUT(Source.DOWNSTREAM),
  STREAM_IDLE_TIMEOUT(Source.DOWNSTREAM),
  MAX_STREAM_DURATION(Source.DOWNSTREAM),
  DOWNSTREAM_RESET(Source.DOWNSTREAM),
  DOWNSTREAM_CLOSED(Source.DOWNSTREAM),

  // Upstream: a backend's doing.
  NO_HEALTHY_UPSTREAM(Source.UPSTREAM),
  UPSTREAM_OVERFLOW(Source.UPSTREAM),
  CONNECT_FAILURE(Source.UPSTREAM),
  CONNECT_TIMEOUT(Source.UPSTREAM),
  UPSTREAM_RESET(Source.UPSTREAM),
  UPSTREAM_REFUSED_STREAM(Source.UPSTREAM),
  UPSTREAM_CLOSED(Source.UPSTREAM),
  UPSTREAM_PROTOCOL_ERROR(Source.UPSTREAM),
  UPSTREAM_TIMEOUT(Source.UPSTREAM),
  UPSTREAM_PER_TRY_TIMEOUT(Source.UPSTREAM),
  UPSTREAM_IDLE_TIMEOUT(Source.UPSTREAM),
  UPSTREAM_MAX_DURATION(Source.UPSTREAM),

  // Internal: ours, or the config's.
  NO_ROUTE(Source.INTERNAL),
  NO_CLUSTER(Source.INTERNAL),
  LOCAL_RESET(Source.INTERNAL),
  RESPONSE_TOO_LARGE(Source.INTERNAL),
  OVERLOAD(Source.INTERNAL),
  DRAINING(Source.INTERNAL),
  INTERNAL(Source.INTERNAL);

  private final Source source;

  ErrorKind(Source source) {
    this.source = source;
  }

  /** Returns whose doing it is. */
  public Source source() {
    return source;
  }
}
