/**
 * Upstream connections: one pool per event loop and endpoint, and what the loops share of limits.
 *
 * <p>Job: lend a connection to a request, make new ones, keep idle ones, bound all of it. Acquire
 * and release never leave the loop. Shared between loops are only the atomics of {@link
 * io.headgate.dataplane.upstream.CircuitBreaker}. Thread: each pool is confined to its loop.
 * Imports: {@code http}, {@code endpoint}, {@code observe}, Netty's event loops.
 */
@NullMarked
package io.headgate.dataplane.upstream;

import org.jspecify.annotations.NullMarked;
