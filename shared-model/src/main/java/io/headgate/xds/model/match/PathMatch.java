package io.headgate.xds.model.match;

import io.headgate.xds.model.value.Checks;

/** A condition on the path without its query string; CONNECT has none, and only its own match. */
public sealed interface PathMatch {
  /** The request is a CONNECT; no other match takes one. */
  record Connect() implements PathMatch {}

  /** The path begins with the text. */
  record Prefix(String prefix) implements PathMatch {}

  /** The path is the text. */
  record Exact(String path) implements PathMatch {}

  /** The whole path matches the RE2 expression. */
  record SafeRegex(String regex) implements PathMatch {
    public SafeRegex {
      Checks.notEmpty(regex, "regex");
    }
  }

  /** The path is the prefix, or begins with the prefix followed by a slash. */
  record PathSeparatedPrefix(String prefix) implements PathMatch {
    public PathSeparatedPrefix {
      Checks.require(
          prefix.startsWith("/") && prefix.length() > 1 && !prefix.endsWith("/"),
          "path_separated_prefix must begin with a slash and not end with one");
      Checks.require(
          prefix.indexOf('?') < 0 && prefix.indexOf('#') < 0,
          "path_separated_prefix must not contain ? or #");
    }
  }
}
