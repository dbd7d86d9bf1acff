package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What scripts of other origins may ask for, by the CORS protocol of the Fetch standard.
 *
 * @param origins {@code *}, or scheme, host and perhaps port; the host may begin with {@code *.}
 * @param methods {@code *} or methods
 * @param headers {@code *} or names of request headers
 * @param exposed {@code *} or names of response headers
 * @param maxAgeSeconds how long a preflight's answer may be kept; null for the default
 */
public record CorsRules(
    List<String> origins,
    boolean credentials,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    @Nullable Integer maxAgeSeconds) {
  public CorsRules {
    origins = List.copyOf(origins);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
    exposed = List.copyOf(exposed);
  }
}
