/**
 * Consistent hashing on a ring.
 *
 * <p>Thread: the ring is immutable and shared by all loops. Imports: {@code lb}, {@code endpoint}.
 */
@NullMarked
package io.headgate.dataplane.lb.ringhash;

import org.jspecify.annotations.NullMarked;
