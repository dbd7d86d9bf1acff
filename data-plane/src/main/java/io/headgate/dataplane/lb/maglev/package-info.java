/**
 * Consistent hashing by Maglev's look-up table.
 *
 * <p>Thread: the table is immutable and shared by all loops. Imports: {@code lb}, {@code endpoint}.
 */
@NullMarked
package io.headgate.dataplane.lb.maglev;

import org.jspecify.annotations.NullMarked;
