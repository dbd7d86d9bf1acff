/**
 * The HTTP filters and client limits: {@link io.headgate.xds.codec.filter.FilterConfigs} is the one
 * list of them.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, match, header;
 * Nimbus to check key sets.
 */
@NullMarked
package io.headgate.xds.codec.filter;

import org.jspecify.annotations.NullMarked;
