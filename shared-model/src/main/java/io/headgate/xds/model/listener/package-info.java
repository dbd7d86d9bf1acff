/**
 * Settings of a listener: its socket, which chain a connection takes, access logs.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK and {@code io.headgate.xds.model.value}.
 */
@NullMarked
package io.headgate.xds.model.listener;

import org.jspecify.annotations.NullMarked;
