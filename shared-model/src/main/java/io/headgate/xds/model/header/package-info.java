/**
 * Changes of header fields that a route, a virtual host or a filter asks for.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK and {@code io.headgate.xds.model.value}.
 */
@NullMarked
package io.headgate.xds.model.header;

import org.jspecify.annotations.NullMarked;
