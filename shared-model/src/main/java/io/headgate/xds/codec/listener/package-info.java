/**
 * Listeners, their filter chains and tcp_proxy, from and to protos.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, transport,
 * accesslog, filter, http.
 */
@NullMarked
package io.headgate.xds.codec.listener;

import org.jspecify.annotations.NullMarked;
