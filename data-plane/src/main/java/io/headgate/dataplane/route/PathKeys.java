package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map from bytes to route numbers, looked up by a hash that its user has at hand: the hash of a
 * path's start grows byte by byte, so that one pass over the path serves all lengths.
 *
 * <p>Thread: immutable.
 */
final class PathKeys {
  private final byte[] @Nullable [] keys;
  private final int[] @Nullable [] values;
  private final int mask;
  private final boolean folds;

  /**
   * Makes the map.
   *
   * @param entries keys with a character for each byte
   * @param folds whether keys are lower-case and what is looked up is folded to that
   */
  PathKeys(Map<String, int[]> entries, boolean folds) {
    int size = Integer.highestOneBit(Math.max(1, entries.size()) * 2) * 2;
    keys = new byte[size][];
    values = new int[size][];
    mask = size - 1;
    this.folds = folds;
    entries.forEach((key, routes) -> put(key.getBytes(ISO_8859_1), routes));
  }

  private void put(byte[] key, int[] routes) {
    int hash = 0;
    for (byte b : key) {
      hash = grow(hash, b);
    }
    int i = slot(hash);
    while (keys[i] != null) {
      i = (i + 1) & mask;
    }
    keys[i] = key;
    values[i] = routes;
  }

  /** The hash of a text that is one byte longer. */
  static int grow(int hash, byte next) {
    return 31 * hash + next;
  }

  private int slot(int hash) {
    int mixed = hash * 0x9E37_79B1;
    return (mixed ^ (mixed >>> 15)) & mask;
  }

  /** The routes of the bytes with this hash, or null. */
  int @Nullable [] get(int hash, byte[] bytes, int offset, int length) {
    int i = slot(hash);
    while (true) {
      byte[] key = keys[i];
      if (key == null) {
        return null;
      }
      if (key.length == length && equal(key, bytes, offset)) {
        return values[i];
      }
      i = (i + 1) & mask;
    }
  }

  private boolean equal(byte[] key, byte[] bytes, int offset) {
    if (!folds) {
      return java.util.Arrays.equals(key, 0, key.length, bytes, offset, offset + key.length);
    }
    for (int i = 0; i < key.length; i++) {
      if (key[i] != LowerBytes.lower(bytes[offset + i])) {
        return false;
      }
    }
    return true;
  }
}
