package io.headgate.dataplane.codec.h1;

import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.Http1Options.HeaderCase;

/** Options of HTTP/1 that several tests use. */
final class TestOptions {
  static final Http1Options TRAILERS =
      new Http1Options(false, "", true, HeaderCase.LOWER, true, false);

  private TestOptions() {}

  static Http1Options headerCase(HeaderCase headerCase) {
    return new Http1Options(false, "", true, headerCase, true, false);
  }

  static Http1Options old(boolean accept, String host) {
    return new Http1Options(accept, host, false, HeaderCase.LOWER, true, false);
  }
}
