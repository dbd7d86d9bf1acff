/**
 * What a route configuration is made of: virtual hosts, routes, actions, retries.
 *
 * <p>Thread: immutable, any thread. Invariants are checked in compact constructors.
 *
 * <p>May import: the JDK, {@code io.headgate.xds.model.value}, {@code match}, {@code header},
 * {@code filter} and {@code http} beside it.
 */
@NullMarked
package io.headgate.xds.model.route;

import org.jspecify.annotations.NullMarked;
