/**
 * Weighted least request of N choices.
 *
 * <p>Thread: confined to one event loop; reads the in-flight counts that all loops share. Imports:
 * {@code lb}, {@code endpoint}.
 */
@NullMarked
package io.headgate.dataplane.lb.leastrequest;

import org.jspecify.annotations.NullMarked;
