package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;

/**
 * Token check of a route: off, or a named requirement.
 *
 * @param requirementName empty when the check is off
 */
public record JwtAuthnPerRoute(boolean disabled, String requirementName) implements FilterConfig {
  public JwtAuthnPerRoute {
    Checks.require(
        disabled == requirementName.isEmpty(),
        "a route has either disabled or requirement_name for jwt_authn");
  }
}
