package io.headgate.dataplane.codec.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Finds the end of a head (an empty line) in bytes that arrive in pieces, looking at each byte
 * once. A line end without CR is found at once, not when the sender gives up. Confined to a
 * connection.
 */
final class HeadFinder {
  /** The head is not complete yet. */
  static final int MORE = -1;

  /** A line ends in a bare LF. */
  static final int BARE_LF = -2;

  private int scanned;
  private int lineStart;
  private int firstLine;

  /** Returns whether the first line alone is longer than a limit; tells 414 from 431. */
  boolean firstLineExceeds(int limit) {
    return firstLine == 0 ? scanned > limit : firstLine > limit;
  }

  /** Returns whether what was looked at is too long to wait for more of it. */
  boolean exceeds(int limit) {
    return scanned > limit;
  }

  void reset() {
    scanned = 0;
    lineStart = 0;
    firstLine = 0;
  }

  /**
   * Returns the length of the head with its empty line, counted from the reader index, or a reason.
   */
  int find(ByteBuf in) {
    int base = in.readerIndex();
    int end = in.writerIndex();
    int at = base + scanned;
    while (true) {
      int lf = ByteBufUtil.indexOf(in, at, end, (byte) '\n');
      if (lf < 0) {
        scanned = end - base;
        return MORE;
      }
      if (lf == base + lineStart || in.getByte(lf - 1) != '\r') {
        scanned = lf + 1 - base;
        return BARE_LF;
      }
      at = lf + 1;
      if (lf - 1 == base + lineStart) {
        scanned = at - base;
        return scanned;
      }
      lineStart = at - base;
      if (firstLine == 0) {
        firstLine = lineStart;
      }
    }
  }
}
