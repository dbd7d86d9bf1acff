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
 * <p><b>Tunnels</b> are streams whose request is a CONNECT or carries {@link
 * io.headgate.dataplane.http.RequestHead#upgrade()}. The neutral form is HTTP/1's:
 *
 * <ul>
 *   <li>The request's head comes with {@code endStream} false and has no body and no trailers. (An
 *       HTTP/1 upgrade with a body is delivered as an ordinary request, without its upgrade.) An
 *       HTTP/2 extended CONNECT (RFC 8441) is a GET with {@code upgrade()} set to its {@code
 *       :protocol}; a plain CONNECT has the method CONNECT, its authority, and an empty path.
 *   <li>A server codec delivers no data before the answer's final head was given to it; until then
 *       the stream counts as paused. A client codec is given none before it delivered the accepting
 *       head.
 *   <li>{@link io.headgate.dataplane.http.RequestHead#isTunnelAcceptedBy} says which final head
 *       accepts: 101 to an upgrade, any 2xx to a CONNECT. It carries {@code endStream} false, and
 *       no framing. A client codec delivers a 101 only when it was asked for and the peer's {@code
 *       upgrade} token is the one asked for; anything else is {@code UPSTREAM_PROTOCOL_ERROR}. The
 *       server codec for HTTP/2 writes an upgrade's 101 as 200, the client codec for HTTP/2 reads a
 *       2xx to its extended CONNECT as 101.
 *   <li>From then on {@code onData} and {@code sendData} carry opaque bytes both ways, {@code
 *       pause()}, {@code resume()} and writability work as for bodies, and {@code endStream} is a
 *       half-close: the other direction goes on. There are no trailers. The stream is over when
 *       both directions have ended ({@code onComplete} on the server's side; the client's side just
 *       sees both ends) or with a reset. An HTTP/1 connection is closed after it and never used
 *       again.
 *   <li>Any other final head is an ordinary answer. The request counts as ended: the receiver of
 *       the server's side is given no data, bytes that the client sent already are thrown away, and
 *       an HTTP/1 connection closes after the answer; the upstream connection is not used again.
 *   <li>{@code sec-websocket-key} and {@code sec-websocket-accept} belong to HTTP/1 only: when the
 *       other side did not bring them, the HTTP/1 codecs add and check them; HTTP/2 codecs let them
 *       pass or drop them.
 * </ul>
 */
@NullMarked
package io.headgate.dataplane.http;

import org.jspecify.annotations.NullMarked;
