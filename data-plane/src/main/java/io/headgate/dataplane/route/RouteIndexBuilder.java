package io.headgate.dataplane.route;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
  private final NavigableMap<String, NavigableSet<Integer>> prefixes = new TreeMap<>();
  private final NavigableMap<String, Prefix> byText = new TreeMap<>();
  private final NavigableSet<Integer> unkeyed = new TreeSet<>();

  /**
   * A prefix of routes.
   *
   * @param shorter the longest other one that it begins with
   */
  private record Prefix(String text, Candidates candidates, @Nullable Prefix shorter) {}

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
        case PREFIX, SEPARATED ->
            prefixes.computeIfAbsent(key(path), key -> new TreeSet<>()).add(i);
        case REGEX, CONNECT -> unkeyed.add(i);
      }
    }
    prefixes.forEach((text, own) -> {
      Prefix parent = longest(text);
      byText.put(text, new Prefix(text, candidates(text, false, array(own), parent), parent));
    });
    Map<String, Candidates> byPrefix = new HashMap<>();
    byText.forEach((text, prefix) -> byPrefix.put(text, prefix.candidates()));
    Map<String, Candidates> byPath = new HashMap<>();
    exact.forEach(
        (path, own) -> byPath.put(path, candidates(path, true, array(own), longest(path))));
    PathHash hash = new PathHash(folds);
    return new RouteIndex(
        routes,
        hash,
        new PathKeys(byPath, hash::of, folds),
        new PrefixKeys(byPrefix, text -> of(longest(text)), hash),
        array(unkeyed));
  }

  /** The longest prefix known that the text begins with or is. */
  private @Nullable Prefix longest(String text) {
    Map.Entry<String, Prefix> before = byText.floorEntry(text);
    Prefix prefix = before == null ? null : before.getValue();
    while (prefix != null && !text.startsWith(prefix.text())) {
      prefix = prefix.shorter();
    }
    return prefix;
  }

  private static Candidates of(@Nullable Prefix prefix) {
    return prefix == null ? Candidates.NONE : prefix.candidates();
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
   * @param prefix the longest that the text begins with
   */
  private Candidates candidates(String text, boolean whole, int[] own, @Nullable Prefix prefix) {
    Candidates shorter = of(prefix);
    Kept kept = kept(own, shorter.near(), text, whole, COPIED);
    Candidates far = shorter.far();
    if (!kept.complete()) {
      kept = kept(own, new int[0], text, whole, Integer.MAX_VALUE);
      far = shorter;
    }
    boolean reached = far != null && far.next(-1) <= kept.last();
    return new Candidates(kept.numbers(), reached ? far : null, sure(kept, reached));
  }

  /** Of the first route, when it takes every such path and nobody is asked before. */
  private @Nullable RouteEntry sure(Kept kept, boolean reached) {
    boolean first = kept.numbers().length == 1 && kept.numbers()[0] == kept.last();
    boolean asked = reached || (!unkeyed.isEmpty() && unkeyed.first() < kept.last());
    return first && !asked ? routes[kept.last()].sure() : null;
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
