/**
 * Sockets that accept, the filter chain of each connection, and drain.
 *
 * <p><b>Thread:</b> the config thread prepares, opens, replaces and drains; connections live on
 * their event loop. <b>Imports:</b> {@code hcm}, {@code tcpproxy}, {@code proxyprotocol}, {@code
 * tls}, {@code codec.h1}, {@code codec.h2}, {@code filter}, {@code observe}, {@code http}, {@code
 * current}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.listener;

import org.jspecify.annotations.NullMarked;
