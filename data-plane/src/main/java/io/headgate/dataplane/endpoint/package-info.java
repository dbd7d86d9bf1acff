/**
 * One host of a cluster: its address, its live load and its health, and the set of hosts in force.
 *
 * <p>Job: hold what must survive an endpoint update. An {@link
 * io.headgate.dataplane.endpoint.Endpoint} lives as long as its address is in the cluster; weights,
 * priorities and metadata are values in the {@link io.headgate.dataplane.endpoint.HostSet}, which
 * is replaced whole. Thread: any; the counters are atomics of the closed list (in-flight and
 * outlier counters). Imports: {@code xds.model}, {@code current}, {@code http}.
 */
@NullMarked
package io.headgate.dataplane.endpoint;

import org.jspecify.annotations.NullMarked;
