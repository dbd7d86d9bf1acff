package io.headgate.dataplane.filters.cors;

import com.google.re2j.Pattern;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.match.StringMatcher;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The rules of one level of the route table, ready to be asked. Immutable. */
record CorsLevel(List<Predicate<String>> origins, CorsPerRoute rules) {
  static CorsLevel of(CorsPerRoute rules) {
    return new CorsLevel(rules.origins().stream().map(CorsLevel::matcher).toList(), rules);
  }

  private static Predicate<String> matcher(StringMatcher matcher) {
    if (matcher.kind() == StringMatcher.Kind.SAFE_REGEX) {
      Pattern pattern = Pattern.compile(matcher.value());
      return pattern::matches;
    }
    boolean fold = matcher.ignoreCase();
    String wanted = fold ? matcher.value().toLowerCase(Locale.ROOT) : matcher.value();
    return origin -> {
      String text = fold ? origin.toLowerCase(Locale.ROOT) : origin;
      return switch (matcher.kind()) {
        case EXACT -> text.equals(wanted) || wanted.equals("*");
        case PREFIX -> text.startsWith(wanted);
        case SUFFIX -> text.endsWith(wanted);
        case CONTAINS -> text.contains(wanted);
        case SAFE_REGEX -> false;
      };
    };
  }

  boolean allows(String origin) {
    return origins.stream().anyMatch(matcher -> matcher.test(origin));
  }
}
