/**
 * The aggregated discovery service, incremental (delta) and state-of-the-world, as state machines
 * of our own, and the per-type services over the same snapshots.
 *
 * <p>{@code DiscoverySession} holds all protocol rules and knows nothing of gRPC: requests and
 * snapshots go in, pushes are pulled out. {@code AdsStream} joins a session to a call.
 *
 * <p>Thread: one session per stream; everything of a stream runs serially on a shared executor,
 * never on a thread of its own.
 *
 * <p>May import: {@code snapshot}, gRPC, protobuf.
 */
@NullMarked
package io.headgate.controlplane.discovery;

import org.jspecify.annotations.NullMarked;
