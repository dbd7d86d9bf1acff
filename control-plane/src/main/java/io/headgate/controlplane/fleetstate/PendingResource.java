package io.headgate.controlplane.fleetstate;

/**
 * A resource that a proxy should serve and does not yet.
 *
 * @param resource its name
 * @param serving the version that serves now; empty when none does
 * @param warming the version that is accepted and warms; empty when none is
 * @param reason why, for people
 */
public record PendingResource(String resource, String serving, String warming, String reason) {}
