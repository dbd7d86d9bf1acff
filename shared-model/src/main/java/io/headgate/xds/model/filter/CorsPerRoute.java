package io.headgate.xds.model.filter;

import io.headgate.xds.model.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What scripts of other origins may ask of a route. A level of the route table that leaves a part
 * out takes that of the level around it.
 *
 * @param origins one of them must match; empty for that of the level around
 * @param answer what preflights and other answers say
 * @param forwardUnmatched whether a preflight of another origin goes to the backend, else it is
 *     answered without a word on CORS
 */
public record CorsPerRoute(List<StringMatcher> origins, Answer answer, boolean forwardUnmatched)
    implements FilterConfig {
  public CorsPerRoute {
    origins = List.copyOf(origins);
  }

  /**
   * The texts of the headers of the same names; empty for those of the level around.
   *
   * @param methods {@code *} says back what was asked for
   * @param headers {@code *} says back what was asked for
   * @param credentials null for that of the level around
   */
  public record Answer(
      String methods,
      String headers,
      String exposed,
      String maxAge,
      @Nullable Boolean credentials) {}
}
