package io.headgate.dataplane.http;

/** Decimal numbers in bytes, without garbage. */
public final class Decimals {
  private Decimals() {}

  /** Writes a non-negative number into an array and returns the offset behind it. */
  public static int write(byte[] bytes, int offset, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    int digits = 1;
    for (long v = value; v >= 10; v /= 10) {
      digits++;
    }
    for (int i = offset + digits - 1; i >= offset; i--) {
      bytes[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
    return offset + digits;
  }

  /** Returns digits as a number, -1 for anything else; at most 18 digits. */
  public static long read(byte[] bytes, int offset, int length) {
    if (length == 0 || length > 18) {
      return -1;
    }
    long number = 0;
    for (int i = offset; i < offset + length; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
