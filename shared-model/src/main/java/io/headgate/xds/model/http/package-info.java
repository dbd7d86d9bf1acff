/**
 * Rules of the HTTP connection manager: protocols, timeouts, paths, forwarded addresses.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK, {@code io.headgate.xds.model.value}, {@code match} and {@code header}
 * beside it.
 */
@NullMarked
package io.headgate.xds.model.http;

import org.jspecify.annotations.NullMarked;
