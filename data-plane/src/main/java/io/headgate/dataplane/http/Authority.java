package io.headgate.dataplane.http;

/** What may be an authority: a host with an optional port, no user information, no path. */
public final class Authority {
  private static final String HOST_MARKS = "-._~%!$&'()*+,;=";

  private Authority() {}

  /** Returns whether bytes are an authority. */
  public static boolean isLegal(byte[] b, int from, int to) {
    int at = from;
    if (at < to && b[at] == '[') {
      at++;
      while (at < to && b[at] != ']') {
        if (!isIpv6(b[at++])) {
          return false;
        }
      }
      if (at == to) {
        return false;
      }
      at++;
    } else {
      while (at < to && b[at] != ':') {
        if (!isHost(b[at++])) {
          return false;
        }
      }
    }
    if (at == to) {
      return true;
    }
    if (b[at] != ':' || to - at > 6) {
      return false;
    }
    for (at++; at < to; at++) {
      if (!isDigit(b[at])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHost(byte c) {
    return isDigit(c)
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || HOST_MARKS.indexOf(c) >= 0;
  }

  private static boolean isIpv6(byte c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }
}
