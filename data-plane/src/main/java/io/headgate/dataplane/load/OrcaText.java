package io.headgate.dataplane.load;

import java.nio.charset.StandardCharsets;

/**
 * A cursor over the bytes of one ORCA report.
 *
 * <p>Thread: confined to its user.
 */
final class OrcaText {

  // 10^15 is exact in a double and so is 10^22; with both, digits ÷ power is rounded once.
  private static final int EXACT_DIGITS = 15;
  private static final double[] POWERS = powers();

  private final byte[] bytes;
  private final int end;
  private int at;

  OrcaText(byte[] bytes, int offset, int end) {
    this.bytes = bytes;
    this.at = offset;
    this.end = end;
  }

  private static double[] powers() {
    double[] powers = new double[EXACT_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  int position() {
    return at;
  }

  boolean atEnd() {
    return at == end;
  }

  /** The byte at the cursor, −1 at the end. */
  int peek() {
    return at < end ? bytes[at] : -1;
  }

  /** Steps over the word when it is next. */
  boolean skip(String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /** Steps over the byte when it is next. */
  boolean take(byte wanted) {
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  void spaces() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
  }

  boolean restIsSpace() {
    spaces();
    return atEnd();
  }

  /** Steps behind the next such byte and gives its position, or −1 when there is none. */
  int until(byte wanted) {
    for (int i = at; i < end; i++) {
      if (bytes[i] == wanted) {
        at = i + 1;
        return i;
      }
    }
    return -1;
  }

  boolean containsEscape(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** Whether the bytes are one of the two spellings. */
  boolean is(int from, int to, String one, String other) {
    return equal(from, to, one) || equal(from, to, other);
  }

  private boolean equal(int from, int to, String word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads a number; NaN when there is none. Whole, fraction and exponent as in JSON. */
  double number() {
    int from = at;
    boolean negative = take((byte) '-');
    long digits = 0;
    int count = 0;
    int fraction = 0;
    while (at < end && isDigit(bytes[at])) {
      digits = digits * 10 + (bytes[at++] - '0');
      if (++count > EXACT_DIGITS) {
        return slow(from);
      }
    }
    if (count > 0 && take((byte) '.')) {
      int whole = count;
      while (at < end && isDigit(bytes[at])) {
        digits = digits * 10 + (bytes[at++] - '0');
        fraction++;
        if (++count > EXACT_DIGITS) {
          return slow(from);
        }
      }
      if (count == whole) {
        return Double.NaN;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
      return slow(from);
    }
    double value = digits / POWERS[fraction];
    return negative ? -value : value;
  }

  private double slow(int from) {
    int i = from;
    while (i < end && isNumberByte(bytes[i])) {
      i++;
    }
    at = i;
    try {
      return Double.parseDouble(new String(bytes, from, i - from, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isNumberByte(byte b) {
    return isDigit(b) || b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-';
  }
}
