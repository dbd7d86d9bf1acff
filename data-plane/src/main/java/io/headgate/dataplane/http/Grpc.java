package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.TimeUnit;

/**
 * What a proxy knows of gRPC: who speaks it, how long a call may take, how it failed.
 *
 * <p><b>Thread:</b> any. <b>Spec:</b> "gRPC over HTTP2" and "HTTP to gRPC Status Code Mapping" of
 * the gRPC project.
 */
public final class Grpc {
  /** Status of a call that was cancelled by its caller. */
  public static final int CANCELLED = 1;

  /** Status of a failure that nothing is known about. */
  public static final int UNKNOWN = 2;

  /** Status of a call whose time ran out. */
  public static final int DEADLINE_EXCEEDED = 4;

  /** Status of a call that had no permission. */
  public static final int PERMISSION_DENIED = 7;

  /** Status of a call that met a limit. */
  public static final int RESOURCE_EXHAUSTED = 8;

  /** Status of a call to a method that does not exist. */
  public static final int UNIMPLEMENTED = 12;

  /** Status of a broken protocol or program. */
  public static final int INTERNAL = 13;

  /** Status of a service that is not there for the moment. */
  public static final int UNAVAILABLE = 14;

  /** Status of a caller that is not known. */
  public static final int UNAUTHENTICATED = 16;

  /** The media type of gRPC messages. */
  public static final String MEDIA_TYPE = "application/grpc";

  private static final int MAX_DIGITS = 8;
  private static final long MAX_VALUE = 99_999_999;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Grpc() {}

  /**
   * Returns whether the content type says gRPC: {@code application/grpc}, perhaps with {@code +x};
   * several lines are taken for one, joined by commas.
   */
  public static boolean isGrpc(HeaderBlock headers) {
    int at = headers.find(HeaderNames.CONTENT_TYPE, 0);
    if (at < 0 || headers.valueLength(at) < MEDIA_TYPE.length()) {
      return false;
    }
    byte[] bytes = headers.array();
    int from = headers.valueOffset(at);
    if (!Tokens.equalsIgnoreCase(bytes, from, MEDIA_TYPE.length(), MEDIA_TYPE)) {
      return false;
    }
    return headers.valueLength(at) == MEDIA_TYPE.length()
        ? headers.find(HeaderNames.CONTENT_TYPE, at + 1) < 0 // else "application/grpc,..."
        : bytes[from + MEDIA_TYPE.length()] == '+';
  }

  /**
   * Returns the milliseconds of {@code grpc-timeout}, rounded up; -1 when it is absent or
   * malformed.
   */
  public static long timeoutMillis(HeaderBlock headers) {
    int at = headers.find(HeaderNames.GRPC_TIMEOUT, 0);
    int digits = at < 0 ? 0 : headers.valueLength(at) - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return -1;
    }
    byte[] bytes = headers.array();
    int from = headers.valueOffset(at);
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return switch (bytes[from + digits]) {
      case 'H' -> TimeUnit.HOURS.toMillis(value);
      case 'M' -> TimeUnit.MINUTES.toMillis(value);
      case 'S' -> TimeUnit.SECONDS.toMillis(value);
      case 'm' -> value;
      case 'u' -> (value + 999) / 1_000;
      case 'n' -> (value + 999_999) / 1_000_000;
      default -> -1;
    };
  }

  /** Sets {@code grpc-timeout}, in the finest unit that eight digits hold. */
  public static void timeoutMillis(HeaderBlock headers, long millis) {
    String text;
    if (millis <= MAX_VALUE) {
      text = millis + "m";
    } else if (millis / 1_000 <= MAX_VALUE) {
      text = millis / 1_000 + "S";
    } else if (millis / 60_000 <= MAX_VALUE) {
      text = millis / 60_000 + "M";
    } else {
      text = Math.min(millis / 3_600_000, MAX_VALUE) + "H";
    }
    headers.set(HeaderNames.GRPC_TIMEOUT, text);
  }

  /** Returns {@code grpc-status} of a head or of trailers; -1 when it is absent or no number. */
  public static int status(HeaderBlock fields) {
    int at = fields.find(HeaderNames.GRPC_STATUS, 0);
    int length = at < 0 ? 0 : fields.valueLength(at);
    if (length < 1 || length > 3) {
      return -1;
    }
    int value = 0;
    for (int i = fields.valueOffset(at); i < fields.valueOffset(at) + length; i++) {
      byte b = fields.array()[i];
      if (b < '0' || b > '9') {
        return -1;
      }
      value = value * 10 + b - '0';
    }
    return value;
  }

  /** Returns the gRPC status of an answer that only has an HTTP status. */
  public static int fromHttp(int status) {
    return switch (status) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /** Returns the HTTP status that says the same as a gRPC status, for health and statistics. */
  public static int toHttp(int grpcStatus) {
    return switch (grpcStatus) {
      case 0 -> 200;
      case CANCELLED -> 499;
      case 3, 9, 11 -> 400; // invalid argument, failed precondition, out of range
      case DEADLINE_EXCEEDED -> 504;
      case 5 -> 404; // not found
      case 6, 10 -> 409; // already exists, aborted
      case PERMISSION_DENIED -> 403;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case UNAUTHENTICATED -> 401;
      default -> 500;
    };
  }

  /** Writes a text for {@code grpc-message}: UTF-8, percent-encoded outside printable ASCII. */
  public static String message(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    StringBuilder encoded = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      if (b >= ' ' && b < '~' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
      }
    }
    return encoded.toString();
  }
}
