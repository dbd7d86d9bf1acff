package io.headgate.xds.model.match;

import io.headgate.xds.model.value.Checks;

/** A condition on the first value of a query parameter. */
public record QueryParameterMatcher(String name, Condition condition) {
  /** What is asked of the parameter. */
  public sealed interface Condition {
    /** The parameter is there, or is not. */
    record Present(boolean present) implements Condition {}

    /** The parameter is there and its value matches. */
    record Matches(StringMatcher matcher) implements Condition {}
  }

  public QueryParameterMatcher {
    Checks.notEmpty(name, "name");
  }
}
