package io.headgate.xds.model.match;

import io.headgate.xds.model.value.Checks;
import java.util.Locale;

/**
 * A condition on a request header; several values count as one, joined by a comma.
 *
 * @param name lower case; ":method", ":path", ":authority", ":scheme" for the parts of the request
 *     line
 * @param treatMissingAsEmpty a missing header is compared as an empty string
 */
public record HeaderMatcher(
    String name, Condition condition, boolean invert, boolean treatMissingAsEmpty) {
  /** What is asked of the header. */
  public sealed interface Condition {
    /** The header is there, or is not. */
    record Present(boolean present) implements Condition {}

    /** The value matches. */
    record Matches(StringMatcher matcher) implements Condition {}

    /** The value is an integer within [start, end). */
    record Range(long start, long end) implements Condition {}
  }

  public HeaderMatcher {
    name = Checks.notEmpty(name, "name").toLowerCase(Locale.ROOT);
  }
}
