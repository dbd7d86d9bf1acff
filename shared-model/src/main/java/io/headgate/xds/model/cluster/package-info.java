/**
 * Settings of a cluster: load balancing, breakers, outlier detection, upstream protocols.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK, {@code io.headgate.xds.model.value}, {@code http}, {@code listener} and
 * {@code tls} beside it.
 */
@NullMarked
package io.headgate.xds.model.cluster;

import org.jspecify.annotations.NullMarked;
