package io.headgate.controlplane.compile.access;

import io.headgate.fleet.HeaderHygiene;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HttpFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What of access control any part of a gateway uses, which decides on the filters of its listeners.
 *
 * <p>Filters that nothing uses are left out: each costs something with every request.
 *
 * <p>Thread: immutable.
 *
 * @param policies that bear on the gateway
 * @param cors whether anything answers for CORS
 */
public record Access(Collection<SecurityPolicy> policies, boolean cors) {

  public static Access of(Collection<SecurityPolicy> policies, Collection<RequestRoute> routes) {
    boolean byPolicy = policies.stream().anyMatch(policy -> policy.cors() != null);
    return new Access(
        policies,
        byPolicy
            || routes.stream()
                .flatMap(route -> route.rules().stream())
                .anyMatch(AccessRules::hasCors));
  }

  /**
   * The filters in front of the router. The first sees answers last: what it says of a response's
   * headers holds for the answers of all others. CORS stands before tokens, because a preflight has
   * none.
   */
  public List<HttpFilter> filters() {
    List<HttpFilter> filters = new ArrayList<>();
    List<HeaderHygiene> headers = policies.stream().map(SecurityPolicy::headers).toList();
    if (headers.stream().anyMatch(AccessRules::changesResponses)) {
      HeaderMutationConfig.Mutations none =
          new HeaderMutationConfig.Mutations(List.of(), List.of());
      filters.add(filter(AccessRules.RESPONSE_HEADERS, new HeaderMutationConfig(none, false)));
    }
    if (cors) {
      filters.add(filter(AccessRules.CORS, new CorsConfig()));
    }
    // Always there: were it taken away with the last policy, routes of before, which arrive apart,
    // would stand open for a moment.
    filters.add(filter(TokenRules.FILTER, TokenRules.filter(policies)));
    if (headers.stream().anyMatch(AccessRules::needsOwnFilter)) {
      filters.add(filter(AccessRules.HEADER_RULES, new HeaderRulesConfig()));
    }
    return filters;
  }

  private static HttpFilter filter(String name, FilterConfig config) {
    return new HttpFilter(name, config, false, false);
  }
}
