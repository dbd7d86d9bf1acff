package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;

/** The length that a head which is sent promises, and what it means when it is not kept. */
final class Promises {
  private Promises() {}

  /** Returns the promised length, -1 when there is none. A length that is none is removed. */
  static long contentLength(HeaderBlock headers) {
    int i = headers.find(HeaderNames.CONTENT_LENGTH, 0);
    if (i < 0) {
      return -1;
    }
    int length = headers.valueLength(i);
    boolean legal =
        length > 0 && length <= 18 && headers.find(HeaderNames.CONTENT_LENGTH, i + 1) < 0;
    byte[] b = headers.array();
    long n = 0;
    for (int at = headers.valueOffset(i), end = at + length; legal && at < end; at++) {
      int digit = b[at] - '0';
      legal = digit >= 0 && digit <= 9;
      n = n * 10 + digit;
    }
    if (!legal) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
      return -1;
    }
    return n;
  }

  static ProxyError broken() {
    return ProxyError.of(ErrorKind.INTERNAL, "http2.length_mismatch");
  }

  /** Returns the code of a reset that we begin. */
  static int code(ProxyError reason) {
    return switch (reason.kind()) {
      case DOWNSTREAM_RESET, DOWNSTREAM_CLOSED -> H2Code.CANCEL;
      case CONNECT_FAILURE, CONNECT_TIMEOUT -> H2Code.CONNECT_ERROR;
      case OVERLOAD, DRAINING -> H2Code.REFUSED_STREAM;
      default -> H2Code.INTERNAL_ERROR;
    };
  }
}
