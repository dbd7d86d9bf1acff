/**
 * Connections that are joined with one to a host of a cluster, byte by byte ({@code tcp_proxy}).
 *
 * <p><b>Thread:</b> everything of a connection, both of its sides included, is confined to its
 * event loop. <b>Imports:</b> {@code cluster}, {@code upstream}, {@code endpoint}, {@code health},
 * {@code proxyprotocol}, {@code observe}, {@code http}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.tcpproxy;

import org.jspecify.annotations.NullMarked;
