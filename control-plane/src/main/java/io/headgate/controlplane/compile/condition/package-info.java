/**
 * Conditions of objects and states of listeners, in the words of the Gateway API.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model} and {@code
 * value}.
 */
@NullMarked
package io.headgate.controlplane.compile.condition;

import org.jspecify.annotations.NullMarked;
