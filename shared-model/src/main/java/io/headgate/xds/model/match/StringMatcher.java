package io.headgate.xds.model.match;

import io.headgate.xds.model.value.Checks;

/**
 * A condition on a string.
 *
 * @param ignoreCase holds for all kinds but the regular expression
 */
public record StringMatcher(Kind kind, String value, boolean ignoreCase) {
  /** How value and string are compared. */
  public enum Kind {
    EXACT,
    PREFIX,
    SUFFIX,
    CONTAINS,
    /** The whole string matches the RE2 expression. */
    SAFE_REGEX
  }

  public StringMatcher {
    Checks.require(
        kind == Kind.EXACT || !value.isEmpty(), "the text of a string matcher must not be empty");
    Checks.require(kind != Kind.SAFE_REGEX || !ignoreCase, "ignore_case has no effect on a regex");
  }

  /** Equality, case-sensitive. */
  public static StringMatcher exact(String value) {
    return new StringMatcher(Kind.EXACT, value, false);
  }
}
