/**
 * The PROXY header (HAProxy's PROXY protocol, versions 1 and 2): read from clients, written to
 * hosts.
 *
 * <p><b>Thread:</b> any; all of it is stateless. <b>Imports:</b> {@code http}, {@code xds.model},
 * Netty's buffers.
 */
@NullMarked
package io.headgate.dataplane.proxyprotocol;

import org.jspecify.annotations.NullMarked;
