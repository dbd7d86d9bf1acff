package io.headgate.xds.model;

import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.value.Checks;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A route table: virtual hosts and what holds for all of them.
 *
 * @param mirrors of routes and virtual hosts that have none
 */
public record RouteConfiguration(
    String name,
    List<VirtualHost> virtualHosts,
    HeaderMutations headers,
    Map<String, FilterConfig> typedPerFilterConfig,
    Options options,
    List<Mirror> mirrors)
    implements Resource {
  public static final int DEFAULT_MAX_DIRECT_RESPONSE_BYTES = 4096;

  /**
   * Rules for the whole table.
   *
   * @param mostSpecificHeaderMutationsWins header mutations run from the table down to the route
   *     instead of up
   * @param ignorePathParameters whether routes see no more of the path than what is before a
   *     semicolon
   * @param internalOnlyHeaders are taken off requests from outside
   * @param maxDirectResponseBodySizeBytes limit of direct response bodies, 4096 by default
   */
  public record Options(
      boolean mostSpecificHeaderMutationsWins,
      boolean ignorePortInHostMatching,
      boolean ignorePathParameters,
      List<String> internalOnlyHeaders,
      int maxDirectResponseBodySizeBytes) {
    public static final Options DEFAULT =
        new Options(false, false, false, List.of(), DEFAULT_MAX_DIRECT_RESPONSE_BYTES);

    public Options {
      internalOnlyHeaders = List.copyOf(internalOnlyHeaders);
      Checks.atLeast(maxDirectResponseBodySizeBytes, 0, "max_direct_response_body_size_bytes");
    }
  }

  /** A table without the rarer rules. */
  public RouteConfiguration(
      String name,
      List<VirtualHost> virtualHosts,
      HeaderMutations headers,
      Map<String, FilterConfig> typedPerFilterConfig,
      boolean mostSpecificHeaderMutationsWins,
      boolean ignorePortInHostMatching,
      int maxDirectResponseBodySizeBytes) {
    this(
        name,
        virtualHosts,
        headers,
        typedPerFilterConfig,
        new Options(
            mostSpecificHeaderMutationsWins,
            ignorePortInHostMatching,
            false,
            List.of(),
            maxDirectResponseBodySizeBytes),
        List.of());
  }

  public RouteConfiguration {
    virtualHosts = List.copyOf(virtualHosts);
    mirrors = List.copyOf(mirrors);
    typedPerFilterConfig = Checks.copy(typedPerFilterConfig);
    Set<String> names = new HashSet<>();
    Set<String> domains = new HashSet<>();
    for (VirtualHost host : virtualHosts) {
      Checks.require(names.add(host.name()), "duplicate virtual host name " + host.name());
      for (String domain : host.domains()) {
        Checks.require(domains.add(domain), "domain " + domain + " is in two virtual hosts");
      }
    }
    for (VirtualHost host : virtualHosts) {
      for (Route route : host.routes()) {
        Checks.require(
            !(route.action() instanceof RouteAction.DirectResponse direct)
                || direct.body().getBytes(StandardCharsets.UTF_8).length
                    <= options.maxDirectResponseBodySizeBytes(),
            "a direct response of virtual host "
                + host.name()
                + " is longer than max_direct_response_body_size_bytes");
      }
    }
  }
}
