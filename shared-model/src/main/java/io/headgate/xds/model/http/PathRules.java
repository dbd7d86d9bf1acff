package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;

/** How the path of a request is normalised, once, before anything reads it. */
public record PathRules(
    boolean normalizePath,
    boolean mergeSlashes,
    EscapedSlashes escapedSlashes,
    boolean stripMatchingHostPort,
    boolean stripAnyHostPort,
    boolean stripTrailingHostDot) {
  public static final PathRules DEFAULT =
      new PathRules(false, false, EscapedSlashes.KEEP_UNCHANGED, false, false, false);

  /** What is done with %2F, %2f, %5C and %5c in a path. */
  public enum EscapedSlashes {
    KEEP_UNCHANGED,
    REJECT_REQUEST,
    UNESCAPE_AND_REDIRECT,
    UNESCAPE_AND_FORWARD
  }

  public PathRules {
    Checks.require(
        !(stripMatchingHostPort && stripAnyHostPort),
        "strip_matching_host_port and strip_any_host_port exclude each other");
  }
}
