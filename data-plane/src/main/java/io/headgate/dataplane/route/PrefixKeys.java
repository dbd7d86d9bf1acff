package io.headgate.dataplane.route;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Finds the longest of many prefixes that a path begins with, by a binary search over the lengths
 * that there are.
 *
 * <p>Where the search has to go on to a longer prefix, the start of that prefix is kept as a
 * signpost, with the longest prefix of the signpost, in case that the search finds nothing longer.
 * So ten look-ups serve a thousand lengths.
 *
 * <p>Thread: immutable. Spec: Waldvogel et al., "Scalable High Speed IP Routing Lookups" (1997).
 */
final class PrefixKeys {
  private final int[] lengths;
  private final PathHash hash;
  private final PathKeys keys;

  /**
   * Makes the map.
   *
   * @param prefixes with a character for each byte
   * @param longest what those begin with, for any text
   */
  PrefixKeys(
      Map<String, Candidates> prefixes, Function<String, Candidates> longest, PathHash hash) {
    this.hash = hash;
    lengths = prefixes.keySet().stream().mapToInt(String::length).sorted().distinct().toArray();
    Map<String, Candidates> all = new HashMap<>(prefixes);
    for (String prefix : prefixes.keySet()) {
      int low = 0;
      int high = lengths.length - 1;
      int middle = high >>> 1;
      while (lengths[middle] != prefix.length()) {
        if (lengths[middle] < prefix.length()) {
          all.computeIfAbsent(prefix.substring(0, lengths[middle]), longest);
          low = middle + 1;
        } else {
          high = middle - 1;
        }
        middle = (low + high) >>> 1;
      }
    }
    keys = new PathKeys(all, this::hash, hash.folds());
  }

  /** As the search makes it: grown from signpost to signpost. */
  private long hash(byte[] text) {
    long grown = 0;
    int at = 0;
    int low = 0;
    int high = lengths.length - 1;
    while (at < text.length) {
      int middle = (low + high) >>> 1;
      int next = lengths[middle];
      if (next <= text.length) {
        grown = hash.extend(grown, text, at, next);
        at = next;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return grown;
  }

  /** The routes of the longest prefix of the path, none when there is none. */
  Candidates longest(byte[] bytes, int offset, int length) {
    Candidates found = Candidates.NONE;
    long grown = 0;
    int at = 0;
    int low = 0;
    int high = lengths.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int next = lengths[middle];
      if (next <= length) {
        long longer = hash.extend(grown, bytes, offset + at, offset + next);
        Candidates of = keys.get(longer, bytes, offset, next);
        if (of != null) {
          found = of;
          grown = longer;
          at = next;
          low = middle + 1;
          continue;
        }
      }
      high = middle - 1;
    }
    return found;
  }

  @Override
  public String toString() {
    return "prefixes of lengths " + Arrays.toString(lengths);
  }
}
