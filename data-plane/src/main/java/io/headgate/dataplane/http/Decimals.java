package io.headgate.dataplane.http;

/** Decimal and hexadecimal numbers to bytes, without garbage. */
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
}
