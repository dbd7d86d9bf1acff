package io.headgate.dataplane.http;

/** Which bytes may stand where, as tables: token characters (RFC 9110 §5.6.2) and field values. */
public final class Tokens {
  /** Lower-cased token byte for each byte, 0 where the byte is no token character. */
  private static final byte[] LOWER = new byte[256];

  private static final boolean[] VALUE = new boolean[256];

  static {
    for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".toCharArray()) {
      LOWER[c] = (byte) c;
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      LOWER[c] = (byte) (c + 32);
    }
    for (int c = 0; c < 256; c++) {
      VALUE[c] = c == '\t' || (c >= 0x20 && c != 0x7f);
    }
  }

  private Tokens() {}

  /** Returns whether the character may stand in a token. */
  public static boolean isToken(int c) {
    return c < 256 && LOWER[c] != 0;
  }

  /** Returns the token byte in lower case, or 0 when it is no token character. */
  public static byte lower(byte b) {
    return LOWER[b & 0xff];
  }

  /** Returns whether the byte may stand in a field value: TAB, SP, visible ASCII, or 0x80–0xff. */
  public static boolean isValue(byte b) {
    return VALUE[b & 0xff];
  }

  /** Returns whether a text may be sent as a field value: no control character other than TAB. */
  public static boolean isValue(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 256 && !VALUE[c]) {
        return false;
      }
    }
    return true;
  }

  /** Compares bytes with lower-case ASCII text, ignoring the case of the bytes. */
  public static boolean equalsIgnoreCase(byte[] bytes, int offset, int length, String lower) {
    if (length != lower.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int b = bytes[offset + i];
      if (b >= 'A' && b <= 'Z') {
        b += 32;
      }
      if (b != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether two ranges of an array hold the same but for the case of token characters. */
  public static boolean sameIgnoringCase(
      byte[] b, int one, int length, int other, int otherLength) {
    if (length != otherLength) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte x = b[one + i];
      byte y = b[other + i];
      if (x != y && (lower(x) == 0 || lower(x) != lower(y))) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether bytes are a text of ISO 8859-1, to the letter. */
  public static boolean same(byte[] b, int offset, int length, String text) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if ((b[offset + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
