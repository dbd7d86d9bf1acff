package io.headgate.xds.model;

import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.header.HeaderMutations;
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
 * @param mostSpecificHeaderMutationsWins header mutations run from the table down to the route
 *     instead of up
 * @param maxDirectResponseBodySizeBytes limit of direct response bodies, 4096 by default
 */
public record RouteConfiguration(
    String name,
    List<VirtualHost> virtualHosts,
    HeaderMutations headers,
    Map<String, FilterConfig> typedPerFilterConfig,
    boolean mostSpecificHeaderMutationsWins,
    boolean ignorePortInHostMatching,
    int maxDirectResponseBodySizeBytes)
    implements Resource {
  public static final int DEFAULT_MAX_DIRECT_RESPONSE_BYTES = 4096;

  public RouteConfiguration {
    virtualHosts = List.copyOf(virtualHosts);
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
                    <= maxDirectResponseBodySizeBytes,
            "a direct response of virtual host "
                + host.name()
                + " is longer than max_direct_response_body_size_bytes");
      }
    }
    Checks.atLeast(maxDirectResponseBodySizeBytes, 0, "max_direct_response_body_size_bytes");
  }
}
