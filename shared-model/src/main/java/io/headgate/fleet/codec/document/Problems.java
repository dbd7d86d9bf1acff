package io.headgate.fleet.codec.document;

import io.headgate.fleet.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Everything found wrong with one document, and where its values stand. */
public final class Problems {
  private record Position(int line, String value) {}

  private final Map<String, Position> positions = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private final List<Violation> ignored = new ArrayList<>();
  private final Set<String> reported = new HashSet<>();
  private final Set<String> excused = new HashSet<>();
  private final Predicate<String> secret;

  /**
   * @param secret says of a path whether its value must not be shown
   */
  public Problems(Predicate<String> secret) {
    this.secret = secret;
  }

  public Problems() {
    this(path -> false);
  }

  /** Remembers where a value stands. */
  public void seen(String path, Node node) {
    positions.put(path, new Position(node.line(), node.preview()));
  }

  /** A violation of the reader, which knows the line. */
  public void add(String path, int line, String value, String reason, String fix) {
    reported.add(path);
    violations.add(new Violation(path, line, secret.test(path) ? "" : value, reason, fix));
  }

  /** A field that nobody knows, and that was allowed to stand there. */
  void ignore(String path, int line, String reason) {
    ignored.add(new Violation(path, line, "", reason, ""));
  }

  /**
   * No rule is to complain that this path is missing: its name was misspelt, which is already said.
   */
  void excuse(String path) {
    excused.add(path);
  }

  /** A violation of a rule; dropped when the reader has already complained about the same path. */
  public void rule(String path, String reason, String fix) {
    Position at = positions.get(path);
    boolean misspelt = at == null && excused.contains(path);
    if (!reported.contains(path) && !misspelt) {
      String value = at == null || secret.test(path) ? "" : at.value();
      violations.add(new Violation(path, line(path), value, reason, fix));
    }
  }

  /** The line of a path, or of the nearest thing around it that stands in the text. */
  public int line(String path) {
    String p = path;
    while (true) {
      Position at = positions.get(p);
      if (at != null) {
        return at.line();
      }
      if (p.isEmpty()) {
        return 0;
      }
      p = p.substring(0, Math.max(0, Math.max(p.lastIndexOf('.'), p.lastIndexOf('['))));
    }
  }

  public boolean isEmpty() {
    return violations.isEmpty();
  }

  /** All violations in the order of the text. */
  public List<Violation> violations() {
    List<Violation> sorted = new ArrayList<>(violations);
    sorted.sort(Comparator.comparingInt(Violation::line));
    return sorted;
  }

  /** Unknown fields that were allowed. */
  public List<Violation> ignored() {
    return List.copyOf(ignored);
  }
}
