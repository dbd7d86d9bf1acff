package io.headgate.controlplane.compile.access;

import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.JwtRequirement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns token policies into the jwt_authn filter of a listener, and into the requirement of each
 * route.
 *
 * <p>The filter has no rules of its own: a route without a requirement is not checked. It is part
 * of every listener and holds the requirements of all policies that bear on the gateway, because
 * listeners and routes reach a proxy one after the other: a route that names a requirement which is
 * not there (yet, or any more) is answered 403 and never passes unchecked.
 *
 * <p>Thread: any; stateless.
 */
public final class TokenRules {
  /** The filter's name, which per-route settings refer to. */
  public static final String FILTER = "envoy.filters.http.jwt_authn";

  private TokenRules() {}

  public static JwtAuthnConfig filter(Collection<SecurityPolicy> policies) {
    Map<String, JwtProvider> providers = new TreeMap<>();
    Map<String, JwtRequirement> requirements = new TreeMap<>();
    for (SecurityPolicy policy : policies) {
      SecurityPolicy.Jwt jwt = policy.jwt();
      if (jwt == null) {
        continue;
      }
      List<JwtRequirement> any = new ArrayList<>();
      for (SecurityPolicy.Provider provider : jwt.providers()) {
        String name = XdsNames.provider(policy.key(), provider.name());
        providers.put(name, provider(provider));
        any.add(new JwtRequirement.Provider(name, List.of()));
      }
      if (jwt.optional()) {
        any.add(new JwtRequirement.AllowMissing());
      }
      requirements.put(
          XdsNames.requirement(policy.key()),
          any.size() == 1 ? any.getFirst() : new JwtRequirement.AnyOf(any));
    }
    return new JwtAuthnConfig(providers, List.of(), requirements, false, false);
  }

  public static Map<String, FilterConfig> perRoute(SecurityPolicy policy) {
    return policy.jwt() == null
        ? Map.of()
        : Map.of(FILTER, new JwtAuthnPerRoute(false, XdsNames.requirement(policy.key())));
  }

  private static JwtProvider provider(SecurityPolicy.Provider provider) {
    String issuer = provider.issuer();
    List<JwtProvider.HeaderSource> headers =
        provider.headers().stream()
            .map(header -> new JwtProvider.HeaderSource(header.name(), header.valuePrefix()))
            .toList();
    return new JwtProvider(
        issuer == null ? "" : issuer,
        provider.audiences(),
        provider.jwks(),
        headers.isEmpty()
            ? JwtProvider.TokenSources.DEFAULT
            : new JwtProvider.TokenSources(headers, List.of()),
        new JwtProvider.Forwarding(provider.forward(), "", false, List.of(), ""),
        JwtProvider.DEFAULT_CLOCK_SKEW);
  }
}
