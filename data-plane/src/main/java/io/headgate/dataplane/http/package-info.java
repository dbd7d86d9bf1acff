/**
 * The protocol-neutral HTTP message: heads, header blocks, body buffers, trailers, resets and
 * demand.
 *
 * <p>Codecs turn bytes into calls on these types and back; everything above a codec speaks only
 * these types, so HTTP/1, HTTP/2 and HTTP/3 look alike to it. <b>Thread:</b> all of it is confined
 * to the event loop of the connection. <b>Imports:</b> Netty's buffer and event-loop types, the
 * JDK, nothing else of the data plane.
 *
 * <p><b>Demand</b> is pause and resume. A stream delivers until {@code pause()}; after {@code
 * pause()} no data and no trailers are delivered until {@code resume()}, and {@code resume()} never
 * delivers inside its own call. Resets are always delivered. Both calls are idempotent: whoever has
 * several reasons to pause keeps the account of them.
 *
 * <p><b>Buffers.</b> Every method that takes a {@code ByteBuf} takes over one reference: the callee
 * releases it, also when it fails. Heads and header blocks are lent: they are valid until the
 * stream ends and must not be kept longer, because connections reuse them.
 *
 * <p><b>Tunnels</b> are streams whose head is a CONNECT or an upgrade: after the accepting head
 * both sides send opaque data until each has ended, and the calls are the same.
 */
@NullMarked
package io.headgate.dataplane.http;

import org.jspecify.annotations.NullMarked;
