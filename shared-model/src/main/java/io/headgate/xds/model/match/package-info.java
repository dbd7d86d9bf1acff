/**
 * What a request is held against: path, headers, query parameters, strings.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK and {@code io.headgate.xds.model.value}.
 */
@NullMarked
package io.headgate.xds.model.match;

import org.jspecify.annotations.NullMarked;
