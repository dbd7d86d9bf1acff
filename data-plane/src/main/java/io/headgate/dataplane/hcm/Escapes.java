package io.headgate.dataplane.hcm;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Percent-encoding in paths: characters that need no escape lose it, characters that may not stand
 * for themselves get one (RFC 3986 §2.3, §6.2.2.2), back slashes are slashes.
 */
final class Escapes {
  private static final String MAY_NOT_STAND = "\"<>^`{|}";

  private Escapes() {}

  /** Returns whether a byte of a path is one that normalisation looks at. */
  static boolean isSpecial(byte c) {
    return c == '%' || c == '\\' || c < 0 || c == 0x7f || MAY_NOT_STAND.indexOf(c) >= 0;
  }

  /** Returns the path with its escapes in one form; null when it holds what no path may. */
  static @Nullable String canonical(String path) {
    StringBuilder out = new StringBuilder(path.length() + 8);
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c >= 0x7f) {
        return null;
      } else if (c == '\\') {
        out.append('/');
      } else if (c == '%') {
        int value = escaped(path, i);
        if (value == 0) {
          return null;
        } else if (value > 0 && isUnreserved(value)) {
          out.append((char) value);
          i += 2;
        } else {
          out.append('%');
        }
      } else if (MAY_NOT_STAND.indexOf(c) >= 0) {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Returns the byte of an escape, -1 when it is none. */
  private static int escaped(String path, int percent) {
    if (percent + 2 >= path.length()
        || !HexFormat.isHexDigit(path.charAt(percent + 1))
        || !HexFormat.isHexDigit(path.charAt(percent + 2))) {
      return -1;
    }
    return HexFormat.fromHexDigits(path, percent + 1, percent + 3);
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
