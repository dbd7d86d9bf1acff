package io.headgate.dataplane.codec.h2;

import org.jspecify.annotations.Nullable;

/**
 * The streams that were reset last: frames for one that we reset may be on their way still and are
 * ignored, frames for one that the peer reset are its error (RFC 9113 §5.1).
 */
final class ResetMemory {
  private static final int SIZE = 128;

  static final int NOT_RESET = 0;
  static final int BY_US = 1;
  static final int BY_PEER = 2;

  /** Stream numbers, negative for those that the peer reset; null as long as there is none. */
  private int @Nullable [] ids;

  private int next;

  void add(int id, boolean byPeer) {
    int[] ring = ids;
    if (ring == null) {
      ring = new int[SIZE];
      ids = ring;
    }
    ring[next++ & (SIZE - 1)] = byPeer ? -id : id;
  }

  int find(int id) {
    int[] ring = ids;
    if (ring != null) {
      for (int i : ring) {
        if (i == id) {
          return BY_US;
        }
        if (i == -id) {
          return BY_PEER;
        }
      }
    }
    return NOT_RESET;
  }
}
