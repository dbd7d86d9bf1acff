package io.headgate.dataplane.codec.h2;

import org.jspecify.annotations.Nullable;

/**
 * The open streams of a connection by their number: open addressing, no object per entry.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class StreamTable {
  private @Nullable H2Stream[] slots = new @Nullable H2Stream[16];
  private int size;

  int size() {
    return size;
  }

  /** Stream numbers of one side are odd or even, so their low bit says nothing. */
  private static int slot(int id, int mask) {
    return id >>> 1 & mask;
  }

  @Nullable H2Stream get(int id) {
    @Nullable H2Stream[] s = slots;
    int mask = s.length - 1;
    for (int i = slot(id, mask); ; i = (i + 1) & mask) {
      H2Stream stream = s[i];
      if (stream == null || stream.id() == id) {
        return stream;
      }
    }
  }

  void put(H2Stream stream) {
    if (size * 2 >= slots.length) {
      grow();
    }
    insert(slots, stream);
    size++;
  }

  private static void insert(@Nullable H2Stream[] s, H2Stream stream) {
    int mask = s.length - 1;
    int i = slot(stream.id(), mask);
    while (s[i] != null) {
      i = (i + 1) & mask;
    }
    s[i] = stream;
  }

  private void grow() {
    @Nullable H2Stream[] larger = new @Nullable H2Stream[slots.length * 2];
    for (H2Stream stream : slots) {
      if (stream != null) {
        insert(larger, stream);
      }
    }
    slots = larger;
  }

  /** Removes a stream that is there; those behind it move up (Knuth, 6.4 algorithm R). */
  void remove(H2Stream gone) {
    @Nullable H2Stream[] s = slots;
    int mask = s.length - 1;
    int hole = slot(gone.id(), mask);
    while (s[hole] != gone) {
      if (s[hole] == null) {
        return;
      }
      hole = (hole + 1) & mask;
    }
    size--;
    s[hole] = null;
    for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
      H2Stream stream = s[i];
      if (stream == null) {
        return;
      }
      int home = slot(stream.id(), mask);
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        s[hole] = stream;
        s[i] = null;
        hole = i;
      }
    }
  }

  /** Returns the streams that are open now. */
  H2Stream[] all() {
    H2Stream[] all = new H2Stream[size];
    int n = 0;
    for (H2Stream stream : slots) {
      if (stream != null) {
        all[n++] = stream;
      }
    }
    return all;
  }
}
