/**
 * Route tables, from and to protos.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, match, header,
 * filter.
 */
@NullMarked
package io.headgate.xds.codec.route;

import org.jspecify.annotations.NullMarked;
