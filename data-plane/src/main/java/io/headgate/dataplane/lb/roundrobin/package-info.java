/**
 * Weighted round robin by earliest deadline.
 *
 * <p>Thread: confined to one event loop. Imports: {@code lb}, {@code endpoint}.
 */
@NullMarked
package io.headgate.dataplane.lb.roundrobin;

import org.jspecify.annotations.NullMarked;
