package io.headgate.dataplane.route;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hashes of paths and of their starts at the lengths that a table's prefixes have: one pass over
 * the path serves all of them, eight bytes at a time.
 *
 * @param lengths ascending; a text's hash grows from one of them to the next
 * @param folds whether case is ignored
 */
record PathHash(int[] lengths, boolean folds) {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH = 0x8080_8080_8080_8080L;
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L; // 2^64 divided by the golden ratio

  /** The hash of a whole text. */
  long of(byte[] text) {
    long hash = 0;
    int at = 0;
    for (int next : lengths) {
      if (next > text.length) {
        break;
      }
      hash = extend(hash, text, at, next);
      at = next;
    }
    return extend(hash, text, at, text.length);
  }

  /** The hash of a text that goes on with these bytes. */
  long extend(long start, byte[] bytes, int from, int to) {
    long hash = start;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      hash = mix(hash, (long) WORDS.get(bytes, i));
    }
    if (i < to) {
      long rest = 1;
      for (; i < to; i++) {
        rest = rest << 8 | (bytes[i] & 0xff);
      }
      hash = mix(hash, rest);
    }
    return hash;
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
