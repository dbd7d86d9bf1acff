package io.headgate.controlplane.fleetstate;

import java.time.Instant;

/**
 * A version of one type's resources at a moment.
 *
 * @param version the content hash of all resources of the type
 * @param revision the etcd revision that the version was published at
 * @param at when it was sent, acknowledged or refused
 */
public record VersionMark(String version, long revision, Instant at) {}
