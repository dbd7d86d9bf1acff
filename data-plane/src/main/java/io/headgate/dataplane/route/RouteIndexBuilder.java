package io.headgate.dataplane.route;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Builds the index of a virtual host's routes.
 *
 * <p>Thread: confined to its user.
 */
final class RouteIndexBuilder {
  private final CompiledRoute[] routes;
  private final boolean folds;
  // Routes with this very path or prefix, ascending.
  private final Map<String, NavigableSet<Integer>> exact = new HashMap<>();
  private final Map<String, NavigableSet<Integer>> prefixes = new HashMap<>();
  private final NavigableSet<Integer> lengths = new TreeSet<>();
  private final NavigableSet<Integer> unkeyed = new TreeSet<>();

  private RouteIndexBuilder(CompiledRoute[] routes, boolean folds) {
    this.routes = routes;
    this.folds = folds;
  }

  static RouteIndex build(CompiledRoute[] routes) {
    boolean folds = false;
    for (CompiledRoute route : routes) {
      folds |= route.path().ignoresCase();
    }
    return new RouteIndexBuilder(routes, folds).build();
  }

  private RouteIndex build() {
    for (int i = 0; i < routes.length; i++) {
      PathTest path = routes[i].path();
      switch (path.kind()) {
        case EXACT -> exact.computeIfAbsent(key(path), key -> new TreeSet<>()).add(i);
        case PREFIX, SEPARATED -> {
          String key = key(path);
          prefixes.computeIfAbsent(key, same -> new TreeSet<>()).add(i);
          lengths.add(key.length());
        }
        case REGEX, CONNECT -> unkeyed.add(i);
      }
    }
    Map<String, int[]> byPath = new HashMap<>();
    exact.forEach((path, own) -> byPath.put(path, candidates(path, true, own)));
    Map<String, int[]> byPrefix = new HashMap<>();
    prefixes.forEach((prefix, own) -> byPrefix.put(prefix, candidates(prefix, false, own)));
    PathHash hash = new PathHash(array(lengths), folds);
    return new RouteIndex(
        routes, hash, new PathKeys(byPath, hash), new PathKeys(byPrefix, hash), array(unkeyed));
  }

  private String key(PathTest path) {
    String text = path.text();
    if (!folds) {
      return text;
    }
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      lower.append((char) LowerBytes.lower((byte) text.charAt(i)));
    }
    return lower.toString();
  }

  /**
   * What a path can match that is equal to the text ({@code whole}) or begins with it.
   *
   * @param own routes with this very text
   */
  private int[] candidates(String text, boolean whole, NavigableSet<Integer> own) {
    NavigableSet<Integer> all = new TreeSet<>(own);
    for (int length : lengths.headSet(text.length(), true)) {
      NavigableSet<Integer> shorter = prefixes.get(text.substring(0, length));
      if (shorter != null) {
        all.addAll(shorter);
      }
    }
    NavigableSet<Integer> kept = new TreeSet<>();
    for (int number : all) {
      Verdict verdict = verdict(routes[number].path(), text, whole);
      if (verdict != Verdict.NEVER) {
        kept.add(number);
      }
      if (verdict == Verdict.ALWAYS && routes[number].isUnconditional()) {
        break;
      }
    }
    return array(kept);
  }

  private enum Verdict {
    NEVER,
    PERHAPS,
    ALWAYS
  }

  private Verdict verdict(PathTest path, String text, boolean whole) {
    Verdict sure = folds && !path.ignoresCase() ? Verdict.PERHAPS : Verdict.ALWAYS;
    int length = path.text().length();
    return switch (path.kind()) {
      case EXACT, PREFIX -> sure;
      case SEPARATED ->
          length < text.length()
              ? text.charAt(length) == '/' ? sure : Verdict.NEVER
              : whole ? sure : Verdict.PERHAPS;
      case REGEX, CONNECT -> Verdict.PERHAPS;
    };
  }

  private static int[] array(NavigableSet<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
