package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A map from bytes to routes, looked up by a hash that its user has at hand.
 *
 * <p>Thread: immutable.
 */
final class PathKeys {
  private final byte[] @Nullable [] keys;
  private final @Nullable Candidates[] values;
  private final int mask;
  private final int shift;
  private final boolean folds;

  /**
   * Makes the map.
   *
   * @param entries keys with a character for each byte
   * @param hash of the keys
   * @param folds whether case is ignored; keys are lower-case then
   */
  PathKeys(Map<String, Candidates> entries, ToLongFunction<byte[]> hash, boolean folds) {
    int size = Integer.highestOneBit(Math.max(1, entries.size()) * 2) * 2;
    keys = new byte[size][];
    values = new Candidates[size];
    mask = size - 1;
    shift = Long.SIZE - Integer.numberOfTrailingZeros(size);
    this.folds = folds;
    entries.forEach((key, routes) -> {
      byte[] bytes = key.getBytes(ISO_8859_1);
      put(hash.applyAsLong(bytes), bytes, routes);
    });
  }

  private void put(long hash, byte[] key, Candidates routes) {
    int i = slot(hash);
    while (keys[i] != null) {
      i = (i + 1) & mask;
    }
    keys[i] = key;
    values[i] = routes;
  }

  private int slot(long hash) {
    return (int) (hash >>> shift);
  }

  /** The routes of the bytes with this hash, or null. */
  @Nullable Candidates get(long hash, byte[] bytes, int offset, int length) {
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

  /** How many keys are looked at in the worst case; for tests. */
  int longestRun() {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < 2 * keys.length; i++) {
      run = keys[i & mask] == null ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
