/**
 * Configurations of HTTP filters, for a filter chain and for one route.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK, {@code io.headgate.xds.model.value}, {@code match} and {@code header}
 * beside it.
 */
@NullMarked
package io.headgate.xds.model.filter;

import org.jspecify.annotations.NullMarked;
