package io.headgate.xds.model;

import org.jspecify.annotations.Nullable;

/**
 * Requirement of the requests that match.
 *
 * @param requirement null for none
 */
public record JwtRule(RouteMatch match, @Nullable JwtRequirement requirement) {}
