/**
 * Transport sockets and what they need: TLS contexts, secrets, PROXY protocol.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message.
 */
@NullMarked
package io.headgate.xds.codec.transport;

import org.jspecify.annotations.NullMarked;
