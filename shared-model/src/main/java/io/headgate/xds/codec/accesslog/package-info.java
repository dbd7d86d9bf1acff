/**
 * Access logs and their filters, from and to protos.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, match.
 */
@NullMarked
package io.headgate.xds.codec.accesslog;

import org.jspecify.annotations.NullMarked;
