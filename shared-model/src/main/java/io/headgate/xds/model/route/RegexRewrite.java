package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;

/**
 * Replaces every match of an expression.
 *
 * @param regex an RE2 expression
 * @param substitution what takes a match's place; \1 to \9 stand for its groups, \0 for all of it,
 *     \\ for a backslash
 */
public record RegexRewrite(String regex, String substitution) {
  public RegexRewrite {
    Checks.notEmpty(regex, "regex");
  }
}
