package io.headgate.xds.model.route;

import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.value.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes of a set of domains. A domain is exact, "*.suffix", "prefix.*" or "*"; always lower case.
 *
 * @param retryPolicy of routes that have none; null for none
 */
public record VirtualHost(
    String name,
    List<String> domains,
    List<Route> routes,
    HeaderMutations headers,
    Map<String, FilterConfig> typedPerFilterConfig,
    @Nullable RetryPolicy retryPolicy,
    Options options) {
  /**
   * The rarer parts of a virtual host.
   *
   * @param attemptCount where the number of tries is told
   * @param requireTls which plain-text requests are redirected to https
   * @param mirrors of routes that have none, instead of the table's when there are any
   */
  public record Options(AttemptCount attemptCount, RequireTls requireTls, List<Mirror> mirrors) {
    public static final Options NONE =
        new Options(AttemptCount.NOWHERE, RequireTls.NONE, List.of());

    public Options {
      mirrors = List.copyOf(mirrors);
    }
  }

  /** Which plain-text requests are redirected to https. */
  public enum RequireTls {
    NONE,
    /** Those that come from outside. */
    EXTERNAL_ONLY,
    ALL
  }

  /**
   * Where x-envoy-attempt-count is set.
   *
   * @param inRequest towards the backend
   * @param inResponse towards the client
   */
  public record AttemptCount(boolean inRequest, boolean inResponse) {
    public static final AttemptCount NOWHERE = new AttemptCount(false, false);
  }

  /** A virtual host without the rarer parts. */
  public VirtualHost(
      String name,
      List<String> domains,
      List<Route> routes,
      HeaderMutations headers,
      Map<String, FilterConfig> typedPerFilterConfig,
      @Nullable RetryPolicy retryPolicy) {
    this(name, domains, routes, headers, typedPerFilterConfig, retryPolicy, Options.NONE);
  }

  public VirtualHost {
    Checks.notEmpty(name, "name");
    domains = domains.stream().map(d -> d.toLowerCase(Locale.ROOT)).toList();
    routes = List.copyOf(routes);
    typedPerFilterConfig = Checks.copy(typedPerFilterConfig);
    Checks.require(!domains.isEmpty(), "a virtual host needs a domain");
    for (String domain : domains) {
      Checks.notEmpty(domain, "domain");
      int star = domain.indexOf('*');
      boolean edge = star == 0 || star == domain.length() - 1;
      Checks.require(
          star < 0 || (edge && domain.indexOf('*', star + 1) < 0),
          "a wildcard must be the first or the last character of a domain: " + domain);
    }
  }

  /** Where the number of tries is told. */
  public AttemptCount attemptCount() {
    return options.attemptCount();
  }
}
