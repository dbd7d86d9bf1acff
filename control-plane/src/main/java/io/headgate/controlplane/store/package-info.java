/**
 * Etcd: reads the fleet's keys at one revision, watches what follows, writes in transactions, keeps
 * leases, and holds a copy on disk for the time when etcd does not answer.
 *
 * <p>Keys are relative to the configured prefix throughout ({@code config/httproute/default/shop});
 * only {@link io.headgate.controlplane.store.EtcdConnection} knows the prefix.
 *
 * <p>Thread: a {@link io.headgate.controlplane.store.FleetWatch} runs on the one thread that its
 * owner gives it; an {@link io.headgate.controlplane.store.EtcdConnection} may be used by any
 * thread that may block.
 *
 * <p>May import: jetcd (nobody else may), the fleet model and its codec.
 */
@NullMarked
package io.headgate.controlplane.store;

import org.jspecify.annotations.NullMarked;
