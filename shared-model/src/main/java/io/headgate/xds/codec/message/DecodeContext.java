package io.headgate.xds.codec.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one decode run collects. Confined to that run. */
public final class DecodeContext {
  /** Nested {@code Any}s; a bootstrap's listener needs five. */
  static final int MAX_ANY_DEPTH = 10;

  /** Bytes of one {@code Any}, 4 MiB. */
  static final int MAX_ANY_BYTES = 4 << 20;

  /** Bytes of one resource, 32 MiB: endpoints of 100,000 hosts fit. */
  public static final int MAX_RESOURCE_BYTES = 32 << 20;

  /** A message with more is broken as a whole; the rest would only be noise. */
  static final int MAX_VIOLATIONS = 1000;

  final DecodeOptions options;
  private final Set<Violation> violations = new LinkedHashSet<>();
  private int anyDepth;

  DecodeContext(DecodeOptions options) {
    this.options = options;
  }

  void add(String path, String value, String reason, String fix) {
    if (violations.size() < MAX_VIOLATIONS) {
      violations.add(new Violation(path, value, reason, fix));
    }
  }

  /** Whether something at the path or below it is known to be wrong. */
  boolean knownBad(String path) {
    return violations.stream().anyMatch(v -> isWithin(v.path(), path));
  }

  /** Whether something at the path itself is known to be wrong. */
  boolean knownBadExactly(String path) {
    return violations.stream().anyMatch(v -> v.path().equals(path));
  }

  private static boolean isWithin(String path, String ancestor) {
    if (!path.startsWith(ancestor)) {
      return false;
    }
    if (ancestor.isEmpty() || path.length() == ancestor.length()) {
      return true;
    }
    char next = path.charAt(ancestor.length());
    return next == '.' || next == '[';
  }

  boolean enterAny() {
    return ++anyDepth <= MAX_ANY_DEPTH;
  }

  void leaveAny() {
    anyDepth--;
  }

  List<Violation> violations() {
    return new ArrayList<>(violations);
  }
}
