package io.headgate.xds.model.filter;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which headers pass at a route.
 *
 * @param request of requests; null for all
 * @param removedCookies names of cookies that no response sets
 */
public record HeaderRulesPerRoute(@Nullable Allowed request, List<String> removedCookies)
    implements FilterConfig {
  public HeaderRulesPerRoute {
    removedCookies = List.copyOf(removedCookies);
  }

  /** Headers that pass, by their names or the beginnings of them; lower case. */
  public record Allowed(List<String> names, List<String> prefixes) {
    public Allowed {
      names = names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
      prefixes = prefixes.stream().map(p -> p.toLowerCase(Locale.ROOT)).toList();
    }
  }
}
