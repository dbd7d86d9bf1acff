/**
 * Hands the listening sockets of a process to the one that succeeds it, over a Unix socket.
 *
 * <p>Knows sockets and addresses only: what a process does before it is ready, and when it leaves,
 * is the business of {@code app}. <b>Thread:</b> one event loop for each side; on the giving side
 * the loop on which the listening sockets live, so that none can close while it is handed over.
 * <b>Imports:</b> Netty and the JDK.
 */
@NullMarked
package io.headgate.dataplane.listener.handover;

import org.jspecify.annotations.NullMarked;
