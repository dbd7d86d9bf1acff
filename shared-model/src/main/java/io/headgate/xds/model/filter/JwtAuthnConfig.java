package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;
import java.util.List;
import java.util.Map;

/**
 * Token checks by route.
 *
 * @param rules the first that matches counts; none means no check
 * @param requirements named requirements, for rules and for per-route settings
 * @param bypassCorsPreflight whether CORS preflight requests pass unchecked
 * @param stripFailureResponse whether 401 and 403 come without a body and without details
 */
public record JwtAuthnConfig(
    Map<String, JwtProvider> providers,
    List<JwtRule> rules,
    Map<String, JwtRequirement> requirements,
    boolean bypassCorsPreflight,
    boolean stripFailureResponse)
    implements FilterConfig {
  public JwtAuthnConfig {
    providers = Checks.copy(providers);
    rules = List.copyOf(rules);
    requirements = Checks.copy(requirements);
    for (JwtRequirement requirement : requirements.values()) {
      Checks.require(
          !(requirement instanceof JwtRequirement.Named), "requirement_map cannot name itself");
      check(requirement, providers, requirements);
    }
    for (JwtRule rule : rules) {
      if (rule.requirement() != null) {
        check(rule.requirement(), providers, requirements);
      }
    }
  }

  private static void check(
      JwtRequirement requirement,
      Map<String, JwtProvider> providers,
      Map<String, JwtRequirement> requirements) {
    switch (requirement) {
      case JwtRequirement.Provider p ->
          Checks.require(providers.containsKey(p.name()), "no provider is called " + p.name());
      case JwtRequirement.AnyOf any ->
          any.requirements().forEach(r -> check(r, providers, requirements));
      case JwtRequirement.AllOf all ->
          all.requirements().forEach(r -> check(r, providers, requirements));
      case JwtRequirement.Named named ->
          Checks.require(
              requirements.containsKey(named.name()),
              "requirement_map has no entry " + named.name());
      case JwtRequirement.AllowMissing m -> {}
      case JwtRequirement.AllowMissingOrFailed m -> {}
    }
  }
}
