/**
 * Values that every kind of resource is made of: addresses, metadata, the checks of invariants.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK.
 */
@NullMarked
package io.headgate.xds.model.value;

import org.jspecify.annotations.NullMarked;
