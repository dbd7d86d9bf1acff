/**
 * What would be done with a request, and why not something else: listener, filter chain, virtual
 * host, route, cluster, hosts.
 *
 * <p>Job: the answer is that of the objects in force; the reasons are worked out from the values
 * that they were built of. Nothing is sent and nothing changes.
 *
 * <p>Owning thread: any, never an event loop.
 *
 * <p>May import: {@code hcm}, {@code route}, {@code cluster}, {@code endpoint}, {@code filter},
 * {@code http}, {@code observe}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.explain;

import org.jspecify.annotations.NullMarked;
