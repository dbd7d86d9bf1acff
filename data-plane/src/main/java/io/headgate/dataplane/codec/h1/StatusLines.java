package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Status lines as bytes, made once. */
final class StatusLines {
  private static final byte[][] LINES = new byte[600][];

  static {
    for (int status = 100; status < LINES.length; status++) {
      LINES[status] = make(status);
    }
  }

  private StatusLines() {}

  /** Returns {@code HTTP/1.1 200 OK CRLF}; must not be changed. */
  static byte[] of(int status) {
    return status < LINES.length ? LINES[status] : make(status);
  }

  private static byte[] make(int status) {
    return ("HTTP/1.1 " + status + " " + reason(status) + "\r\n").getBytes(US_ASCII);
  }

  static String reason(int status) {
    String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
    return reason.indexOf('(') >= 0 ? "Unknown" : reason;
  }
}
