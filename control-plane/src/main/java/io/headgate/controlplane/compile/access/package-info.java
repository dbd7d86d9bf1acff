/**
 * Who may pass: token requirements, CORS and header rules of a SecurityPolicy, as filters.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model} and {@code
 * value}.
 */
@NullMarked
package io.headgate.controlplane.compile.access;

import org.jspecify.annotations.NullMarked;
