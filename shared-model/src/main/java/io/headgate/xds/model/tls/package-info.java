/**
 * TLS of a listener and of a cluster, and the secrets that it is made of.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK, {@code io.headgate.xds.model.match} and {@code
 * io.headgate.xds.model.value}.
 */
@NullMarked
package io.headgate.xds.model.tls;

import org.jspecify.annotations.NullMarked;
