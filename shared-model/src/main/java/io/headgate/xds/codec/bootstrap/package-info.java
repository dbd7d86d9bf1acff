/**
 * The bootstrap, from and to protos.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, transport,
 * cluster, listener.
 */
@NullMarked
package io.headgate.xds.codec.bootstrap;

import org.jspecify.annotations.NullMarked;
