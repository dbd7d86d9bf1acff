package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which redirects of a backend the proxy follows itself.
 *
 * @param max how many for one request, 1 by default
 * @param codes 301, 302, 303, 307, 308; 302 by default
 * @param crossScheme whether the target may have another scheme than the request
 * @param headersToCopy of the redirect, into the request that follows
 */
public record InternalRedirects(
    int max, Set<Integer> codes, boolean crossScheme, List<String> headersToCopy, Targets targets) {

  /**
   * Which routes a redirect may lead to.
   *
   * @param notBefore whether a route that the request has been on is refused
   * @param safeScheme whether https may not lead to http
   * @param allowed names of the routes; null for any
   */
  public record Targets(boolean notBefore, boolean safeScheme, @Nullable List<String> allowed) {
    /** Any route. */
    public static final Targets ANY = new Targets(false, false, null);

    public Targets {
      allowed = allowed == null ? null : List.copyOf(allowed);
    }
  }

  public InternalRedirects {
    Checks.atLeast(max, 0, "max_internal_redirects");
    codes = Set.copyOf(codes);
    for (int code : codes) {
      Checks.require(
          Set.of(301, 302, 303, 307, 308).contains(code),
          "redirect_response_codes must be 301, 302, 303, 307 or 308");
    }
    Checks.require(!codes.isEmpty(), "redirect_response_codes must not be empty");
    headersToCopy = List.copyOf(headersToCopy);
  }
}
