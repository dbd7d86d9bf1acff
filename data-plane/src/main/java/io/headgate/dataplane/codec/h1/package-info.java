/**
 * HTTP/1.1 bytes to the neutral message and back, for both sides, by RFC 9112 at its strictest.
 *
 * <p>A head is copied once, into the storage of its header block, and parsed there; bodies pass as
 * slices of what was read. <b>Thread:</b> the connection's event loop. <b>Imports:</b> {@code
 * http}, {@code observe}, Netty.
 */
@NullMarked
package io.headgate.dataplane.codec.h1;

import org.jspecify.annotations.NullMarked;
