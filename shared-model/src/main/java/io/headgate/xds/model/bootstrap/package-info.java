/**
 * What a proxy starts with: its node, its control plane, its static resources, overload.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK and the packages beside it.
 */
@NullMarked
package io.headgate.xds.model.bootstrap;

import org.jspecify.annotations.NullMarked;
