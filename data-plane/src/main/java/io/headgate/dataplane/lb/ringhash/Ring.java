package io.headgate.dataplane.lb.ringhash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.lb.HashTables;
import io.headgate.dataplane.lb.XxHash64;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Points on a circle of 64-bit hashes, each of a host.
 *
 * <p>The host of least weight gets a whole number of points, the ring at least its smallest size,
 * unless that would pass the largest.
 *
 * <p>Thread: immutable.
 */
final class Ring {
  // Ascending as unsigned numbers.
  private final long[] hashes;
  private final int[] hosts;

  private Ring(long[] hashes, int[] hosts) {
    this.hashes = hashes;
    this.hosts = hosts;
  }

  static Ring of(HashTables.Input input, long minSize, long maxSize) {
    double sum = 0;
    int least = Integer.MAX_VALUE;
    for (int weight : input.weights()) {
      sum += weight;
      least = Math.min(least, weight);
    }
    double share = least / sum;
    double scale = Math.min(Math.ceil(share * minSize) / share, maxSize);
    int size = (int) Math.ceil(scale);
    long[] hashes = new long[size + input.keys().length];
    int[] hosts = new int[hashes.length];
    int points = 0;
    double wanted = 0;
    for (int host = 0; host < input.keys().length; host++) {
      wanted += scale * (input.weights()[host] / sum);
      for (int i = 0; points < wanted; i++) {
        hashes[points] = XxHash64.of(numbered(input.keys()[host], i));
        hosts[points++] = host;
      }
    }
    return sorted(Arrays.copyOf(hashes, points), hosts);
  }

  private static byte[] numbered(byte[] key, int number) {
    byte[] suffix = ("_" + number).getBytes(US_ASCII);
    byte[] text = Arrays.copyOf(key, key.length + suffix.length);
    System.arraycopy(suffix, 0, text, key.length, suffix.length);
    return text;
  }

  private static Ring sorted(long[] hashes, int[] hosts) {
    int[] order =
        IntStream.range(0, hashes.length)
            .boxed()
            .sorted((a, b) -> Long.compareUnsigned(hashes[a], hashes[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] sortedHashes = new long[order.length];
    int[] sortedHosts = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sortedHashes[i] = hashes[order[i]];
      sortedHosts[i] = hosts[order[i]];
    }
    return new Ring(sortedHashes, sortedHosts);
  }

  int size() {
    return hosts.length;
  }

  /** The host of the first point at or behind the key, or as many points further on. */
  int find(long key, int further) {
    int low = 0;
    int high = hashes.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(hashes[middle], key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return hosts[(low + further) % hosts.length];
  }
}
