package io.headgate.controlplane.fleetstate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One replica of the control plane as this one sees it.
 *
 * @param id its name
 * @param address host and port that other replicas reach it at
 * @param self true for this one
 * @param connected true while its states arrive
 * @param lastSeen when it was heard last; null when never
 * @param published what it has published
 */
public record ReplicaStatus(
    String id,
    String address,
    boolean self,
    boolean connected,
    @Nullable Instant lastSeen,
    GroupView.Published published) {}
