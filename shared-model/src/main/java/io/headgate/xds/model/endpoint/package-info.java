/**
 * What an endpoint assignment is made of: localities and their endpoints.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK and {@code io.headgate.xds.model.value}.
 */
@NullMarked
package io.headgate.xds.model.endpoint;

import org.jspecify.annotations.NullMarked;
