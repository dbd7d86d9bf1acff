package io.headgate.dataplane.codec.h2.hpack;

import org.jspecify.annotations.Nullable;

/** A decoder's dynamic table: a ring of fields, newest first, bounded in size (RFC 7541 §2.3.2). */
final class DynamicTable {
  private @Nullable Field[] ring = new @Nullable Field[16];
  private int newest = -1;
  private int count;
  private int size;
  private int limit;

  DynamicTable(int limit) {
    this.limit = limit;
  }

  int count() {
    return count;
  }

  int size() {
    return size;
  }

  /** Returns the field at an index from 1 (the newest) on, null when there is none. */
  @Nullable Field get(int index) {
    return index < 1 || index > count ? null : ring[(newest - index + 1) & (ring.length - 1)];
  }

  /** Adds a field and lets go of the oldest; one that is too large empties the table (§4.4). */
  void add(Field field) {
    int more = field.size();
    evictTo(limit - more);
    if (more > limit) {
      return;
    }
    if (count == ring.length) {
      grow();
    }
    newest = (newest + 1) & (ring.length - 1);
    ring[newest] = field;
    count++;
    size += more;
  }

  void limit(int newLimit) {
    limit = newLimit;
    evictTo(newLimit);
  }

  private void evictTo(int most) {
    while (count > 0 && size > most) {
      int oldest = (newest - count + 1) & (ring.length - 1);
      Field field = ring[oldest];
      if (field != null) {
        size -= field.size();
      }
      ring[oldest] = null;
      count--;
    }
  }

  private void grow() {
    @Nullable Field[] larger = new @Nullable Field[ring.length * 2];
    for (int i = 0; i < count; i++) {
      larger[i] = ring[(newest - count + 1 + i) & (ring.length - 1)];
    }
    ring = larger;
    newest = count - 1;
  }
}
