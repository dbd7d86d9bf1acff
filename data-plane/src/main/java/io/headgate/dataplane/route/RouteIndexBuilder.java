package io.headgate.dataplane.route;

import java.util.Arrays;
import java.util.Comparator;
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
  /** Lists up to this length are made of shorter prefixes' lists; longer ones are shared. */
  private static final int COPIED = 8;

  private final CompiledRoute[] routes;
  private final boolean folds;
  // Routes with this very path or prefix, ascending.
  private final Map<String, NavigableSet<Integer>> exact = new HashMap<>();
  private final Map<String, NavigableSet<Integer>> prefixes = new HashMap<>();
  private final Map<String, Candidates> byPrefix = new HashMap<>();
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
    prefixes.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getKey().length()))
        .forEach(entry ->
            byPrefix.put(
                entry.getKey(), candidates(entry.getKey(), false, array(entry.getValue()))));
    Map<String, Candidates> byPath = new HashMap<>();
    exact.forEach((path, own) -> byPath.put(path, candidates(path, true, array(own))));
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
  private Candidates candidates(String text, boolean whole, int[] own) {
    Candidates shorter = shorter(text, whole);
    Kept kept = kept(own, shorter.near(), text, whole, COPIED);
    Candidates far = shorter.far();
    if (!kept.complete()) {
      kept = kept(own, new int[0], text, whole, Integer.MAX_VALUE);
      far = shorter;
    }
    boolean reached = far != null && far.next(-1) <= kept.last();
    return new Candidates(kept.numbers(), reached ? far : null);
  }

  /** Those of the longest prefix that the text begins with. */
  private Candidates shorter(String text, boolean whole) {
    for (int length : lengths.headSet(text.length(), whole).descendingSet()) {
      Candidates shorter = byPrefix.get(text.substring(0, length));
      if (shorter != null) {
        return shorter;
      }
    }
    return Candidates.NONE;
  }

  /**
   * What is left of routes.
   *
   * @param last no route behind this number is ever asked
   * @param complete whether all were looked at
   */
  private record Kept(int[] numbers, int last, boolean complete) {}

  /** Leaves out what never matches such a path, and all behind what always does. */
  private Kept kept(int[] own, int[] more, String text, boolean whole, int most) {
    int[] kept = new int[Math.min(own.length + more.length, most)];
    int size = 0;
    int o = 0;
    int m = 0;
    while (o < own.length || m < more.length) {
      if (o + m == most) {
        return new Kept(kept, 0, false);
      }
      int number = m == more.length || (o < own.length && own[o] < more[m]) ? own[o++] : more[m++];
      Verdict verdict = verdict(routes[number].path(), text, whole);
      if (verdict != Verdict.NEVER) {
        kept[size++] = number;
      }
      if (verdict == Verdict.ALWAYS && routes[number].isUnconditional()) {
        return new Kept(Arrays.copyOf(kept, size), number, true);
      }
    }
    return new Kept(Arrays.copyOf(kept, size), Candidates.END, true);
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
