package io.headgate.controlplane.api;

/**
 * Somebody who has a token. Equal to another only with the same hash: a new token, a new principal.
 */
public record Principal(String name, Role role, TokenHash hash) {}
