package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one route and its entries, one unless it is weighted.
 *
 * <p>Thread: immutable.
 */
final class CompiledRoute {
  private final Conditions conditions;
  private final RouteEntry[] entries;
  private final @Nullable Split split;

  /**
   * Ties them together.
   *
   * @param split chooses among the entries; null when there is only one
   */
  CompiledRoute(Conditions conditions, RouteEntry[] entries, @Nullable Split split) {
    this.conditions = conditions;
    this.entries = entries;
    this.split = split;
  }

  PathTest path() {
    return conditions.path();
  }

  /** Whether the path alone decides. */
  boolean isUnconditional() {
    return conditions.isPathOnly() && (split == null || !split.mayBeEmpty());
  }

  /** The entry that takes every request with the path; null when more than the path decides. */
  @Nullable RouteEntry sure() {
    return conditions.isPathOnly() && split == null ? entries[0] : null;
  }

  /**
   * The entry that takes the request, or null.
   *
   * @param length of the path that routes look at
   */
  @Nullable RouteEntry match(RequestHead head, int length, RandomGenerator random) {
    if (!conditions.hold(head, length, random)) {
      return null;
    }
    if (split == null) {
      return entries[0];
    }
    int chosen = split.choose(head, random);
    return chosen < 0 ? null : entries[chosen];
  }
}
