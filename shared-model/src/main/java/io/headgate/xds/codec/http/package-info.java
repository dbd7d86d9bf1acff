/**
 * The HTTP connection manager and HTTP/1 and HTTP/2 options, from and to protos.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, match, header,
 * accesslog, filter, route.
 */
@NullMarked
package io.headgate.xds.codec.http;

import org.jspecify.annotations.NullMarked;
