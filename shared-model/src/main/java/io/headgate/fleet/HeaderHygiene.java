package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which headers pass to backends and which to clients.
 *
 * @param allowed names, and prefixes with {@code *} at their end, of request headers that pass;
 *     null for all
 * @param removed names of response headers that do not pass
 * @param removedCookies names of cookies that no response sets
 * @param added headers of every response
 */
public record HeaderHygiene(
    @Nullable List<String> allowed,
    List<String> removed,
    List<String> removedCookies,
    List<Added> added) {
  /** Everything passes. */
  public static final HeaderHygiene NONE = new HeaderHygiene(null, List.of(), List.of(), List.of());

  public HeaderHygiene {
    allowed = allowed == null ? null : List.copyOf(allowed);
    removed = List.copyOf(removed);
    removedCookies = List.copyOf(removedCookies);
    added = List.copyOf(added);
  }

  /**
   * A header of every response.
   *
   * @param name in lower case
   * @param ifAbsent whether one that the backend gives stays
   */
  public record Added(String name, String value, boolean ifAbsent) {}
}
