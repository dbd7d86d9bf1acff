/**
 * Which host gets the next request: priorities, panic and the frame that policies fit in.
 *
 * <p>Job: {@link io.headgate.dataplane.lb.HostPicker} reads the host set in force at every pick and
 * rebuilds its own view when the set or the health of a host changed; a policy ({@code
 * lb.roundrobin}, {@code lb.leastrequest}) chooses within one priority. Thread: one picker per
 * event loop and cluster, confined to that loop, so no lock and no shared schedule. Imports: {@code
 * current}, {@code endpoint}.
 */
@NullMarked
package io.headgate.dataplane.lb;

import org.jspecify.annotations.NullMarked;
