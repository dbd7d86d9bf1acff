package io.headgate.dataplane.route;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hashes of paths and of their starts, eight bytes at a time; the hash of a start can be grown into
 * that of a longer one.
 *
 * @param folds whether case is ignored
 */
record PathHash(boolean folds) {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH = 0x8080_8080_8080_8080L;
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L; // 2^64 divided by the golden ratio

  /** The hash of a whole text; its upper bits are the better ones. */
  long of(byte[] text) {
    return extend(0, text, 0, text.length);
  }

  /** The hash of a text that goes on with these bytes. */
  long extend(long start, byte[] bytes, int from, int to) {
    long hash = start;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      hash = mix(hash, (long) WORDS.get(bytes, i));
    }
    return i < to ? mix(hash, rest(bytes, i, to)) : hash;
  }

  /** Less than eight bytes, as a word with zeros behind them. */
  private static long rest(byte[] bytes, int from, int to) {
    if (from + Long.BYTES <= bytes.length) {
      return (long) WORDS.get(bytes, from) & (-1L >>> (Long.SIZE - Byte.SIZE * (to - from)));
    }
    long rest = 0;
    for (int i = to - 1; i >= from; i--) {
      rest = rest << Byte.SIZE | (bytes[i] & 0xff);
    }
    return rest;
  }

  private long mix(long hash, long word) {
    long product = (hash ^ (folds ? lower(word) : word)) * MIX;
    return product ^ (product >>> 32);
  }

  /** Makes upper-case ASCII letters of a word's bytes lower-case. */
  static long lower(long word) {
    long low = word & ~HIGH;
    long fromA = low + (0x80 - 'A') * ONES;
    long behindZ = low + (0x7f - 'Z') * ONES;
    long upper = (fromA ^ behindZ) & ~word & HIGH;
    return word | (upper >>> 2);
  }
}
