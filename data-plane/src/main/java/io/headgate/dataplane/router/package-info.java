/**
 * The terminal filter: forwards a request to its cluster, with timeouts and retries, and passes the
 * answer back.
 *
 * <p>Job: {@link io.headgate.dataplane.router.RouterFactory} is registered for {@code RouterConfig}
 * in {@code app}; {@code RouterStream} is one request, {@code Attempt} one try of it on one
 * endpoint. Bodies stream both ways with backpressure by demand; what a retry needs is kept up to a
 * bound. Thread: everything of a stream is confined to its loop. Imports: {@code filter}, {@code
 * http}, {@code route}, {@code cluster}, {@code upstream}, {@code endpoint}, {@code health}, {@code
 * load}, {@code observe}.
 */
@NullMarked
package io.headgate.dataplane.router;

import org.jspecify.annotations.NullMarked;
