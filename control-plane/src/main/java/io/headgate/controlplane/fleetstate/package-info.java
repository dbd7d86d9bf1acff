/**
 * The state of every proxy of the fleet: what each was sent, acknowledged, refused and serves, when
 * it was last seen, what it says of itself; and the exchange of that state between replicas.
 *
 * <p>Thread: {@link io.headgate.controlplane.fleetstate.Fleet} is guarded by one lock and may be
 * called from anywhere; its listeners are called outside the lock. May import: grpc, the fleet
 * status protos. Knows neither discovery nor snapshots: it owns the interfaces that they feed.
 */
@NullMarked
package io.headgate.controlplane.fleetstate;

import org.jspecify.annotations.NullMarked;
