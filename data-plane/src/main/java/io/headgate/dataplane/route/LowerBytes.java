package io.headgate.dataplane.route;

import org.jspecify.annotations.Nullable;

/**
 * A map from lower-case ASCII text to a value, looked up by bytes whose case is ignored; no
 * garbage.
 *
 * <p>Open addressing over a table twice the size, so a miss is found after about one probe.
 * Immutable once built.
 */
final class LowerBytes<V> {

  private final byte[] @Nullable [] keys;
  private final @Nullable Object[] values;
  private final int mask;

  /** Makes a map with room for the given number of entries. */
  LowerBytes(int entries) {
    int size = Integer.highestOneBit(Math.max(1, entries) * 2) * 2;
    keys = new byte[size][];
    values = new Object[size];
    mask = size - 1;
  }

  /** Adds an entry; a key that is there already keeps its value. */
  void put(byte[] lowerKey, V value) {
    int i = hash(lowerKey, 0, lowerKey.length) & mask;
    while (true) {
      byte[] key = keys[i];
      if (key == null) {
        keys[i] = lowerKey;
        values[i] = value;
        return;
      }
      if (equal(key, lowerKey, 0, lowerKey.length)) {
        return;
      }
      i = (i + 1) & mask;
    }
  }

  @SuppressWarnings("unchecked") // only put writes values
  @Nullable V get(byte[] bytes, int offset, int length) {
    int i = hash(bytes, offset, length) & mask;
    while (true) {
      byte[] key = keys[i];
      if (key == null) {
        return null;
      }
      if (equal(key, bytes, offset, length)) {
        return (V) values[i];
      }
      i = (i + 1) & mask;
    }
  }

  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  private static int hash(byte[] bytes, int offset, int length) {
    int h = 0;
    for (int i = offset; i < offset + length; i++) {
      h = 31 * h + lower(bytes[i]);
    }
    return h ^ (h >>> 16);
  }

  private static boolean equal(byte[] key, byte[] bytes, int offset, int length) {
    if (key.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (key[i] != lower(bytes[offset + i])) {
        return false;
      }
    }
    return true;
  }
}
