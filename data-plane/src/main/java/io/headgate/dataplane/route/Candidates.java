package io.headgate.dataplane.route;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the routes that paths with the same start can match.
 *
 * <p>A list for every path and prefix would grow with their number times that of the conditions on
 * shorter prefixes; so long lists are kept once and shared.
 *
 * <p>Thread: immutable.
 *
 * @param near ascending
 * @param far more of them, which a shorter prefix has as well
 * @param sure takes every such path, whatever the request is like; null when it has to be asked for
 */
record Candidates(int[] near, @Nullable Candidates far, @Nullable RouteEntry sure) {
  static final Candidates NONE = new Candidates(new int[0], null, null);

  /** Stands for no route. */
  static final int END = Integer.MAX_VALUE;

  /** The lowest number above this one, or {@link #END}. */
  int next(int after) {
    int lowest = END;
    for (Candidates each = this; each != null; each = each.far) {
      lowest = Math.min(lowest, next(each.near, after));
    }
    return lowest;
  }

  /** The lowest number above this one in an ascending list, or {@link #END}. */
  static int next(int[] numbers, int after) {
    int found = Arrays.binarySearch(numbers, after);
    int at = found < 0 ? -found - 1 : found + 1;
    return at < numbers.length ? numbers[at] : END;
  }

  /** How many there are. */
  int size() {
    return near.length + (far == null ? 0 : far.size());
  }
}
