package io.headgate.xds.model.filter;

import io.headgate.xds.model.match.RouteMatch;
import org.jspecify.annotations.Nullable;

/**
 * Requirement of the requests that match.
 *
 * @param requirement null for none
 */
public record JwtRule(RouteMatch match, @Nullable JwtRequirement requirement) {}
