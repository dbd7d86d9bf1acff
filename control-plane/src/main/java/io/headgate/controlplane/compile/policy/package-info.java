/**
 * Which policy governs what, and which references a grant permits.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model}.
 */
@NullMarked
package io.headgate.controlplane.compile.policy;

import org.jspecify.annotations.NullMarked;
