package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.Authority;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.Tokens;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Parses request lines: one space between method, target and version, the four target forms of RFC
 * 9112 §3.2, no control character, no {@code #}, no byte beyond ASCII, no user information. One
 * object per connection.
 */
final class RequestLine {
  private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/'};

  /** Where the fields begin after {@link #parse}. */
  int next;

  /** The authority of an absolute-form or authority-form target, -1 when there is none. */
  int targetAuthorityOffset;

  int targetAuthorityLength;

  /** Where an absolute-form target begins, -1 for the other forms. */
  private int absolute;

  private int absoluteEnd;

  /** Returns null, or what is wrong. */
  @Nullable ProxyError parse(RequestHead head, int at, int end) {
    HeaderBlock block = head.headers();
    byte[] b = block.array();
    targetAuthorityOffset = -1;
    targetAuthorityLength = 0;
    absolute = -1;
    int method = at;
    while (Tokens.isToken(b[at] & 0xff)) {
      at++;
    }
    if (at == method || b[at] != ' ') {
      return bad("http1.codec_error");
    }
    head.method(Method.of(b, method, at - method));
    int target = ++at;
    while (b[at] > ' ' && b[at] != 0x7f && b[at] != '#') {
      at++;
    }
    int targetEnd = at;
    if (targetEnd == target || b[at] != ' ') {
      return bad("http1.invalid_url");
    }
    at++;
    ProxyError wrong = version(head, b, at, end);
    if (wrong != null) {
      return wrong;
    }
    next = at + 10;
    return target(head, b, target, targetEnd);
  }

  private static @Nullable ProxyError version(RequestHead head, byte[] b, int at, int end) {
    if (at + 10 > end
        || !Arrays.equals(b, at, at + 5, VERSION, 0, 5)
        || !isDigit(b[at + 5])
        || b[at + 6] != '.'
        || !isDigit(b[at + 7])
        || b[at + 8] != '\r'
        || b[at + 9] != '\n') {
      return bad("http1.codec_error");
    }
    int major = b[at + 5] - '0';
    int minor = b[at + 7] - '0';
    if (major == 1 && minor <= 1) {
      head.protocol(minor == 1 ? Protocol.HTTP_11 : Protocol.HTTP_10);
      return null;
    }
    return ProxyError.of(ErrorKind.VERSION_NOT_SUPPORTED, "http1.codec_error");
  }

  private @Nullable ProxyError target(RequestHead head, byte[] b, int from, int to) {
    if (head.method().equals(Method.CONNECT)) {
      targetAuthorityOffset = from;
      targetAuthorityLength = to - from;
      head.pathRange(from, 0);
      return Authority.isLegal(b, from, to) ? null : bad("http1.invalid_url");
    }
    if (b[from] == '/') {
      head.pathRange(from, to - from);
      return null;
    }
    if (to - from == 1 && b[from] == '*') {
      head.pathRange(from, 1);
      return head.method().equals(Method.OPTIONS) ? null : bad("http1.invalid_url");
    }
    return absolute(head, b, from, to);
  }

  private @Nullable ProxyError absolute(RequestHead head, byte[] b, int from, int to) {
    int authority;
    if (to - from > 7 && Tokens.equalsIgnoreCase(b, from, 7, "http://")) {
      authority = from + 7;
    } else if (to - from > 8 && Tokens.equalsIgnoreCase(b, from, 8, "https://")) {
      authority = from + 8;
    } else {
      return bad("http1.invalid_url");
    }
    int path = authority;
    while (path < to && b[path] != '/' && b[path] != '?') {
      path++;
    }
    if (path == authority || !Authority.isLegal(b, authority, path)) {
      return bad("http1.invalid_url");
    }
    absolute = from;
    absoluteEnd = to;
    targetAuthorityOffset = authority;
    targetAuthorityLength = path - authority;
    if (path == to) {
      head.path("/");
    } else if (b[path] == '?') {
      head.path("/" + new String(b, path, to - path, US_ASCII));
    } else {
      head.pathRange(path, to - path);
    }
    return null;
  }

  /** Takes a whole absolute-form target for the path: no route serves such a one. */
  void keepAbsolute(RequestHead head) {
    if (absolute >= 0) {
      head.pathRange(absolute, absoluteEnd - absolute);
    }
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  static ProxyError bad(String details) {
    return ProxyError.of(ErrorKind.BAD_REQUEST, details);
  }
}
