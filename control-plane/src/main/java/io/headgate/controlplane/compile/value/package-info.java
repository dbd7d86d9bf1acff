/**
 * What all of the compiler uses: compiled values with their owners, names of resources, defaults of
 * the edge, host names, and the check of a value before it is sent.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model}.
 */
@NullMarked
package io.headgate.controlplane.compile.value;

import org.jspecify.annotations.NullMarked;
