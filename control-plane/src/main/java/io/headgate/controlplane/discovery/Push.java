package io.headgate.controlplane.discovery;

import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;

/**
 * One response that a session wants to send.
 *
 * @param delta whether it is of the incremental kind
 */
record Push(boolean delta, Sent sent) {}
